"""Changes made together: the draft of a selection, the batch, and what a batch does through a key.

Like the record they hold copies instead of keys into the mirror, which may vanish under them.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from integrations.models.keys import Workspace, called


class Batch(models.Model):
    """A set of changes that somebody confirmed together."""

    class Kind(models.TextChoices):
        """How it came about."""

        EDIT = "edit", _("Bulk edit")
        UNDO = "undo", _("Undo")
        RETRY = "retry", _("Retry")
        IMPORT = "import", _("Import")
        RESTORE = "restore", _("Restore kept settings")
        KEEP = "keep", _("Keep earlier colours")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.EDIT)
    workspace_id = models.BigIntegerField(default=0)
    workspace_label = models.CharField(max_length=200, blank=True)
    actor_issuer = models.CharField(max_length=200, blank=True)
    actor_subject = models.CharField(max_length=200, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    #: What the person was allowed to be when they confirmed: it is asked for no more.
    role = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    #: The batch, change or snapshot that it undoes, retries or restores.
    about = models.UUIDField(null=True)
    #: The query of the list that it was selected on, to lead back there.
    back = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    #: Somebody wants no more of it to be sent.
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=200, blank=True)
    finished_at = models.DateTimeField(null=True)
    #: Its owner was told that it is finished.
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["actor_issuer", "actor_subject", "told_at"], name="batch_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class BatchPart(models.Model):
    """What a batch does through one key: worked on by one process at a time, in slices."""

    class Wait(models.TextChoices):
        """Why nothing is sent before ``resumes_at``."""

        NOTHING = "", _("Nothing")
        QUOTA = "quota", _("The hour’s requests are used up")
        RETRY = "retry", _("Focus failed, and is asked again")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="parts")
    key = models.UUIDField()
    key_label = models.CharField(max_length=200)
    #: The key's generation at the confirmation: a replaced key is used for nothing of it.
    key_generation = models.PositiveIntegerField()
    #: When what it compares with was asked for; None: it has to be read before the next write.
    read_at = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=8, choices=Wait.choices, blank=True)
    resumes_at = models.DateTimeField(null=True)
    #: Reads that failed one after the other.
    failures = models.PositiveSmallIntegerField(default=0)
    #: Slices that ended in an error of ours, one after the other.
    crashes = models.PositiveSmallIntegerField(default=0)
    #: Requests that it has spent.
    spent = models.PositiveIntegerField(default=0)
    #: The process that works on it, until the lease ends.
    holder = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True)
    #: When somebody last did something for it.
    worked_at = models.DateTimeField(default=timezone.now)
    #: The task that was enqueued last.
    task = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["batch", "key"], name="batch_part_key"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["resumes_at"],
                condition=models.Q(finished_at=None),
                name="batch_part_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} ({self.key_label})"

    @property
    def key_name(self) -> str:
        """Which key it was, in the language of whoever looks."""
        return called(self.key_label)


class Draft(models.Model):
    """Calendars that somebody selected, and what each of them shall get, until it is confirmed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    kind = models.CharField(max_length=8, choices=Batch.Kind.choices)
    #: The query of the list it was selected on.
    back = models.TextField(blank=True)
    #: Everything that matched ``back`` was selected; the calendars are frozen all the same.
    is_whole_filter = models.BooleanField(default=False)
    #: What a bulk edit's form chose: {field: value}, the same for every calendar.
    fields = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: {calendar's primary key: {field: new value}}.
    wishes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: {calendar's primary key: {field: value}}: what an undo must still find.
    expects = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: {calendar's primary key: id of the change that is undone or tried again there}.
    origins = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: What could not be found any more, as {"name", "email"}: it is named, and nothing else.
    missing = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    #: What the preview showed: ``plans.Plan.shown``.
    shown = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    about = models.UUIDField(null=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    #: What it became.
    batch = models.ForeignKey(Batch, models.CASCADE, null=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class WorkerBeat(models.Model):
    """A running worker's sign of life."""

    id = models.CharField(primary_key=True, max_length=64)
    started_at = models.DateTimeField(auto_now_add=True)
    beat_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id
