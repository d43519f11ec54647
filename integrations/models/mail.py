"""Mail about accounts: what was said last, and what waits to be sent."""

import uuid

from django.db import models
from django.utils import timezone


class ToldAccount(models.Model):
    """What mail has said last of an account: no row where it never said anything.

    Like the record it holds a number instead of a key into the mirror: several keys see one
    account, in several workspaces.
    """

    integration_id = models.BigIntegerField(unique=True)
    is_broken = models.BooleanField(default=False)
    #: When that was seen at Focus; what was seen before changes nothing any more.
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.integration_id}: {'broken' if self.is_broken else 'works'}"


class Mail(models.Model):
    """A mail that waits; deleted once a server has taken it for everybody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.TextField()
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    #: The addresses for which a server has taken it already.
    taken_for = models.JSONField(default=list)
    #: Not tried before; later after each failure.
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    #: One process sends it; the lease ends by itself.
    lease_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.subject
