"""What of the overview somebody has put aside."""

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from integrations.models.keys import Workspace


class Dismissal(models.Model):
    """A line of a workspace's overview that is not shown while it says the same.

    It names its subject by the ids that everybody sees, so it is the whole team's; and like the
    record it holds copies of who did it.
    """

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    #: ``needs.Kind``, ``Need.subject`` and ``Need.fingerprint``.
    kind = models.CharField(max_length=12)
    subject = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    actor_issuer = models.CharField(max_length=200)
    actor_subject = models.CharField(max_length=200)
    actor_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["workspace", "kind", "subject"], name="dismissal_line"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
