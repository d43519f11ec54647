"""Whose key, which workspace, and what the two together saw last."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class Workspace(models.Model):
    """A Focus workspace; its organization is None where nobody told us."""

    workspace_id = models.BigIntegerField(_("workspace number"), unique=True)
    organization_id = models.BigIntegerField(_("organization number"), null=True)
    label = models.CharField(_("label"), max_length=200)
    #: False once the environment no longer lists it: kept for the record, shown to nobody.
    from_environment = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.label


class Key(models.Model):
    """A person's Focus key; the environment's has no owner, and there is at most one of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True)
    #: Rises whenever the secret is replaced, so that older work can tell.
    generation = models.PositiveIntegerField(default=1)
    #: HMAC of the secret: notices that the environment's key was changed.
    fingerprint = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            # NULLs are distinct in a plain constraint, and that would allow two shared keys.
            models.UniqueConstraint(Coalesce("owner_id", 0), name="key_one_per_owner"),
        ]

    def __str__(self) -> str:
        return str(self.owner) if self.owner else str(_("the shared key"))


class Source(models.Model):
    """What one key sees in one workspace, and when it was last seen: tells none from not loaded."""

    key = models.ForeignKey(Key, models.CASCADE)
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    last_good_at = models.DateTimeField(null=True)
    #: Something happened then that only a newer look shows, such as a write through another key.
    expired_at = models.DateTimeField(null=True)
    #: The error's code (``FocusError.code``) of the last read, empty after a good one.
    last_error = models.CharField(max_length=40, blank=True)
    last_error_at = models.DateTimeField(null=True)
    last_error_trace = models.CharField(max_length=200, blank=True)
    #: Only one process reads a source at a time; the lease ends by itself.
    lease_until = models.DateTimeField(null=True)
    key_generation = models.PositiveIntegerField(default=0)
    #: Entries of the last good answer that have no usable id.
    unreadable = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["key", "workspace"], name="source_key_workspace"),
        ]

    def __str__(self) -> str:
        return f"{self.workspace} ({self.key})"


class Quota(models.Model):
    """Requests left for a key in an organization, or in a workspace without a known one."""

    key = models.ForeignKey(Key, models.CASCADE)
    organization_id = models.BigIntegerField(null=True)
    workspace_id = models.BigIntegerField(null=True)
    remaining = models.PositiveIntegerField(null=True)
    resets_at = models.DateTimeField(null=True)
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
