"""The last good answer as rows: accounts and their calendars."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models import storing
from integrations.models.keys import Source

M = TypeVar("M", bound="MirrorRow")


class MirrorRows(models.QuerySet[M]):
    """Rows of the mirror: whichever way they are changed, their sources get another version."""

    def update(self, **values: Any) -> int:
        """Change rows, and tell their sources."""
        told = set(self.order_by().values_list(self.model.SOURCE, flat=True).distinct())
        changed = super().update(**values)
        self.model.renew(told)
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows, and tell their sources."""
        told = set(self.order_by().values_list(self.model.SOURCE, flat=True).distinct())
        deleted = super().delete()
        self.model.renew(told)
        return deleted

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        """Store rows, and tell their sources."""
        stored = super().bulk_create(objs, *args, **options)
        self.model.renew({row.shown_by for row in stored})
        return stored

    def insert(self, found: Sequence[dict[str, Any]], *, shown_by: int) -> None:
        """Store new rows of one source, each {attribute: value}, and tell the source.

        What ``bulk_create`` does, in a fraction of its time (models/storing.py).
        """
        storing.insert(self.model, found)
        self.model.renew([shown_by] if found else [])

    def store(self, rows: Iterable[M], names: Iterable[str]) -> None:
        """Store these fields of rows that are there, and tell their sources."""
        rows = list(rows)
        storing.store(self.model, rows, names)
        self.model.renew({row.shown_by for row in rows})

    def bulk_update(self, objs: Iterable[M], *args: Any, **options: Any) -> int:
        """Change rows, and tell their sources."""
        rows = list(objs)
        changed = super().bulk_update(rows, *args, **options)
        self.model.renew({row.shown_by for row in rows})
        return changed


@cache
def _reader(way: str) -> Callable[["MirrorRow"], Any]:
    """Return what reads a source's primary key off a row, by the way from the row to it."""
    return attrgetter(f"{way.replace('__', '.')}_id")


def renew(sources: Iterable[int]) -> None:
    """Give sources another version: a row of theirs is not what it was."""
    for pk in sources:
        Source.objects.filter(pk=pk).update(version=uuid4())


class MirrorRow(models.Model):
    """What of a row of the mirror is its source's affair."""

    #: The way from a row to its source.
    SOURCE: ClassVar[str]

    objects = MirrorRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Store the row, and tell its source."""
        super().save(*args, **options)
        self.renew([self.shown_by])

    def delete(self, *args: Any, **options: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, and tell its source."""
        source = self.shown_by
        deleted = super().delete(*args, **options)
        self.renew([source])
        return deleted

    @classmethod
    def renew(cls, sources: Iterable[int]) -> None:
        """Give the sources whose lists show a row of these sources another version."""
        renew(sources)

    @property
    def shown_by(self) -> int:
        """The primary key of its source."""
        found: int = _reader(self.SOURCE)(self)
        return found


class Account(MirrorRow):
    """A connected Google or Outlook account, as one source saw it last."""

    class State(models.TextChoices):
        """How an account is, in the words of the page; the order is that of urgency."""

        RECONNECT = "reconnect", _("Needs reconnecting")
        PERMISSION = "permission", _("Missing permission")
        ADMIN = "admin", _("Waiting for IT")
        UNKNOWN = "unknown", _("Needs attention")
        EMPTY = "empty", _("No calendars found")
        WORKING = "working", _("Working")

    source = models.ForeignKey(Source, models.CASCADE, related_name="accounts")
    integration_id = models.BigIntegerField()
    email = models.TextField(blank=True)
    provider = models.TextField(blank=True)
    error_status = models.TextField(blank=True)
    has_write_scope = models.BooleanField(null=True)
    auto_track = models.BooleanField(null=True)
    scopes = models.JSONField(default=list)
    origin_product_id = models.BigIntegerField(null=True)
    connected_at = models.DateTimeField(null=True)
    #: The exact text received, without interpretation.
    raw = models.TextField()
    #: Derived when the row is written, so that the database can filter, search and sort by them.
    state = models.CharField(max_length=12, choices=State.choices)
    urgency = models.PositiveSmallIntegerField()
    #: The first look that found it in this state; None where nobody knows.
    state_since = models.DateTimeField(null=True)
    search = models.TextField()
    seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    #: The row of the same address under its earlier id.
    replaces = models.ForeignKey("self", models.SET_NULL, null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "integration_id"], name="account_identity"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["source", "gone_at", "urgency"], name="account_queue"),
        ]

    SOURCE = "source"

    def __str__(self) -> str:
        return self.email or f"#{self.integration_id}"


class Calendar(MirrorRow):
    """A calendar of an account, as it was seen last or as we wrote it since."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="calendars")
    calendar_id = models.BigIntegerField()
    external_id = models.TextField(blank=True)
    name = models.TextField(blank=True)
    background_color = models.TextField(null=True)  # noqa: DJ001  # null is not "" upstream
    foreground_color = models.TextField(null=True)  # noqa: DJ001  # null is not "" upstream
    selected = models.BooleanField(null=True)
    default_workspace_id = models.BigIntegerField(null=True)
    default_project_id = models.BigIntegerField(null=True)
    default_planned_task_id = models.BigIntegerField(null=True)
    remind_tracking = models.BooleanField(null=True)
    auto_track = models.BooleanField(null=True)
    focus_auto_track = models.BooleanField(null=True)
    default_action = models.TextField(null=True)  # noqa: DJ001  # null is not "" upstream
    updated_at = models.DateTimeField(null=True)
    #: The exact text received, without interpretation.
    raw = models.TextField()
    #: Contrast ratio of the two colours (1 to 21), None where one of them cannot be read.
    contrast = models.FloatField(null=True)
    search = models.TextField()
    first_seen_at = models.DateTimeField()
    #: It appeared then in an account that was known, and nobody has decided about it since.
    undecided_since = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    #: Our own last write; a listing asked for before it must not undo it here.
    written_at = models.DateTimeField(null=True)
    #: True while the row shows what was sent, because Focus answered without the object.
    provisional = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["account", "calendar_id"], name="calendar_identity"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "gone_at"], name="calendar_present"),
            models.Index(fields=["external_id"], name="calendar_external"),
        ]

    SOURCE = "account__source"

    def __str__(self) -> str:
        return self.name or self.external_id or f"#{self.calendar_id}"
