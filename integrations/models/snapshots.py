"""Settings of calendars as they were before something that may lose them."""

import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Snapshot(models.Model):
    """What some calendars of one account were set to; copies, like the record."""

    class Reason(models.TextChoices):
        """What it was taken before."""

        DISCONNECT = "disconnect", _("Before disconnecting")
        BULK = "bulk", _("Before a bulk edit")
        REFRESH = "refresh", _("Before refreshing")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    taken_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    #: The batch or the change that it was taken before.
    about = models.UUIDField()
    key = models.UUIDField()
    workspace_id = models.BigIntegerField()
    integration_id = models.BigIntegerField()
    provider = models.TextField()
    email = models.TextField()
    #: [{"calendar_id", "external_id", "name", "settings": {field: value}}].
    calendars = models.JSONField(encoder=DjangoJSONEncoder)
    #: Its re-applying was confirmed or declined: it is offered no more.
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key", "workspace_id", "email"], name="snapshot_account"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.email}"
