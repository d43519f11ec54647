"""The last good answer as rows: accounts and their calendars."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.keys import Source


class Account(models.Model):
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

    def __str__(self) -> str:
        return self.email or f"#{self.integration_id}"


class Calendar(models.Model):
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

    def __str__(self) -> str:
        return self.name or self.external_id or f"#{self.calendar_id}"
