"""Whose key, which workspace, and what the two together saw last."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Workspace(models.Model):
    """A Focus workspace; its organization is None where nobody told us."""

    workspace_id = models.BigIntegerField(_("workspace number"), unique=True)
    organization_id = models.BigIntegerField(_("organization number"), null=True)
    label = models.CharField(_("label"), max_length=200)
    #: The environment lists it, and then says what it is called.
    from_environment = models.BooleanField(default=False)
    #: A manager added it here. In neither case: kept for the record, shown to nobody.
    managed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.label


#: What rows call the environment's key: a word of the database, in nobody's language.
SHARED = "the shared key"


def called(label: str) -> str:
    """Return what a row calls a key, in the language of whoever looks."""
    return str(_("the shared key")) if label == SHARED else label


class Key(models.Model):
    """A person's Focus key; the environment's has no owner, and there is at most one of it."""

    class Visibility(models.TextChoices):
        """What the owner lets others do with it; only managers are ever meant."""

        PRIVATE = "private", _("Only me")
        HEALTH = "health", _("Managers see my calendars’ health")
        ACT = "act", _("Managers may act in my name")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    #: Rises whenever the secret is replaced, so that older work can tell.
    generation = models.PositiveIntegerField(default=1)
    #: HMAC of the secret: notices that the environment's key was changed.
    fingerprint = models.CharField(max_length=64)
    #: The secret, encrypted (services/vault.py); empty for the environment's.
    ciphertext = models.TextField(blank=True)
    #: What may be shown of it: the last four characters, or the login's e-mail address.
    hint = models.CharField(max_length=254, blank=True)
    #: The last day on which it works, where the owner said so.
    expires_on = models.DateField(null=True)
    visibility = models.CharField(
        max_length=8, choices=Visibility.choices, default=Visibility.HEALTH
    )
    #: The generation whose first good listing was taken for the same person's: until it is this
    #: one, nothing is written through the key.
    proven_generation = models.PositiveIntegerField(default=1)
    #: Its first listing held no account that was seen before: its owner has to say whose it is.
    doubted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            # NULLs are distinct in a plain constraint, and that would allow two shared keys.
            models.UniqueConstraint(Coalesce("owner_id", 0), name="key_one_per_owner"),
        ]

    def __str__(self) -> str:
        return called(self.label)

    @property
    def label(self) -> str:
        """What rows call the key from now on, in every language."""
        return str(self.owner) if self.owner else SHARED


class KeyUse(models.Model):
    """Somebody's reads of Focus through another person's key, counted by the day.

    Writes are in the record (``Change``); the two together are every use of a key.
    """

    key = models.ForeignKey(Key, models.CASCADE)
    day = models.DateField()
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    reads = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["key", "day", "issuer", "subject"], name="key_use_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.day}: {self.reads}"


class KeyCheck(models.Model):
    """A check of what somebody entered as their own key that failed, or is under way.

    It holds nothing that was typed, and nobody looks at it after an hour (services/key_checks.py).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    #: HMAC of the e-mail address that was tried; empty where it was a key.
    login = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.person}, {self.at}"


class Seen(models.Model):
    """When something was last seen through a key: tells none from not loaded."""

    last_good_at = models.DateTimeField(null=True)
    #: Something happened then that only a newer look shows, such as a write through another key.
    expired_at = models.DateTimeField(null=True)
    #: The error's code (``FocusError.code``) of the last read, empty after a good one.
    last_error = models.CharField(max_length=40, blank=True)
    last_error_at = models.DateTimeField(null=True)
    last_error_trace = models.CharField(max_length=200, blank=True)
    #: When somebody last had Focus asked at once, instead of waiting for the rows to grow old.
    pressed_at = models.DateTimeField(null=True)
    #: Only one process reads it at a time; the lease ends by itself.
    lease_until = models.DateTimeField(null=True)
    key_generation = models.PositiveIntegerField(default=0)
    #: Entries of the last good answer that have no usable id.
    unreadable = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class Source(Seen):
    """What one key sees in one workspace."""

    key = models.ForeignKey(Key, models.CASCADE)
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    #: SHA-256 of the last good answer; the same answer once more is not decoded.
    digest = models.CharField(max_length=64, blank=True)
    #: Another one whenever a row of it changes (models/mirror.py): what was read from them is kept.
    version = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["key", "workspace"], name="source_key_workspace"),
        ]

    def __str__(self) -> str:
        return f"{self.workspace} ({self.key})"

    def save(self, **options: Any) -> None:
        """Store everything but the version, which others may have changed since this was read."""
        if not self._state.adding and options.get("update_fields") is None:
            names = {field.name for field in self._meta.concrete_fields if not field.primary_key}
            options["update_fields"] = names - {"version"}
        super().save(**options)


class Quota(models.Model):
    """Requests left for a key in an organization, or in a workspace without a known one."""

    key = models.ForeignKey(Key, models.CASCADE)
    organization_id = models.BigIntegerField(null=True)
    workspace_id = models.BigIntegerField(null=True)
    remaining = models.PositiveIntegerField(null=True)
    resets_at = models.DateTimeField(null=True)
    #: Focus has refused for want of requests: nothing is asked before this moment.
    closed_until = models.DateTimeField(null=True)
    #: The most that were ever seen to be left: the hour's requests, as far as anybody says.
    most = models.PositiveIntegerField(null=True)
    #: Requests that we made since ``window_started_at``.
    spent = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["key", "organization_id"],
                condition=models.Q(organization_id__isnull=False),
                name="quota_key_organization",
            ),
            models.UniqueConstraint(
                fields=["key", "workspace_id"],
                condition=models.Q(organization_id__isnull=True),
                name="quota_key_workspace",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining} left"
