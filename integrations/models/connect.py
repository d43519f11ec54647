"""Trips to a calendar provider's consent page and back."""

import secrets

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.keys import Key, Workspace
from integrations.models.mirror import Account
from integrations.models.record import Change


def _attempt_id() -> str:
    return secrets.token_urlsafe(24)


class ConnectAttempt(models.Model):
    """One trip: who left, for what, what was there before, and what was found on return."""

    class Purpose(models.TextChoices):
        """Why the person left for the provider."""

        CONNECT = "connect", _("Connect calendar")
        RECONNECT = "reconnect", _("Reconnect")
        WRITE = "write-access", _("Grant write access")

    id = models.CharField(primary_key=True, max_length=40, default=_attempt_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    key = models.ForeignKey(Key, models.CASCADE)
    key_generation = models.PositiveIntegerField()
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    provider = models.TextField()
    #: The account to reconnect or to widen; None for a new one.
    target = models.ForeignKey(Account, models.SET_NULL, null=True)
    change = models.ForeignKey(Change, models.PROTECT)
    #: {integration id: {"email", "provider", "error_status", "has_write_scope", "scopes"}}.
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: False where Focus refused our address, so that the person comes back by hand.
    returns = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    #: {"outcome": …, "email": …, …}: the recorded result that its address shows from then on.
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    def __str__(self) -> str:
        return f"{self.purpose} {self.provider}"
