"""What calendars looked like before: the first change from here, and a refresh that recoloured.

Copies, like the record: a calendar is known by its account's address and the provider's id, so that
it is the same one after its account was connected again.
"""

from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarCopy(models.Model):
    """Which calendar a row is about."""

    key = models.UUIDField()
    workspace_id = models.BigIntegerField()
    integration_id = models.BigIntegerField()
    provider = models.TextField(blank=True)
    email = models.TextField(blank=True)
    calendar_id = models.BigIntegerField()
    external_id = models.TextField(blank=True)

    class Meta:
        abstract = True


class FirstColours(CalendarCopy):
    """The colours of a calendar before they were first changed from here."""

    #: {field: value}, of those fields that were changed.
    colours = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key", "workspace_id", "email"], name="first_colours_account"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.external_id}"


class Recolouring(CalendarCopy):
    """A refresh has given a calendar other colours; somebody says whether they stay."""

    class Decision(models.TextChoices):
        """What was said to it."""

        NONE = "", _("Waits")
        TAKEN = "taken", _("New colours taken")
        REFUSED = "refused", _("Earlier colours kept")

    #: The record of the refresh.
    change = models.UUIDField()
    #: {field: value} of both colours.
    before = models.JSONField(encoder=DjangoJSONEncoder)
    after = models.JSONField(encoder=DjangoJSONEncoder)
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["key", "workspace_id", "email"],
                condition=models.Q(decided_at=None),
                name="recolouring_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.external_id}: {self.get_decision_display()}"
