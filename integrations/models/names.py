"""What projects, tasks and clients are called, as each source was last told."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.keys import Source
from integrations.models.mirror import MirrorRow


class NameRow(MirrorRow):
    """A row that is shown beside numbers in whatever workspace its key sees."""

    source = models.ForeignKey(Source, models.CASCADE)
    #: The key's at that time: a key that was replaced may be another person's, who sees others.
    key_generation = models.PositiveIntegerField()

    SOURCE = "source"

    class Meta:
        abstract = True

    @classmethod
    def renew(cls, sources: Iterable[int]) -> None:
        """Give all the sources of their keys another version."""
        same = Source.objects.filter(key__source__in=set(sources))
        super().renew(set(same.values_list("pk", flat=True)))


class Name(NameRow):
    """One project, task or client; a number means the same in every workspace."""

    class Kind(models.TextChoices):
        """What it is the name of."""

        PROJECT = "project", _("Project")
        TASK = "task", _("Task")
        CLIENT = "client", _("Client")

    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.BigIntegerField()
    name = models.TextField(blank=True)
    #: As Focus sent it: untrusted.
    color = models.TextField(blank=True)
    #: Of a project, as far as it is known.
    client_id = models.BigIntegerField(null=True)
    client = models.TextField(blank=True)
    #: Of a task.
    project_id = models.BigIntegerField(null=True)
    workspace_id = models.BigIntegerField(null=True)
    #: Of a project: not archived; of a task: not done.
    active = models.BooleanField(null=True)
    #: Folded words to search by.
    search = models.TextField()
    seen_at = models.DateTimeField()
    #: Since when the whole list is without it.
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["source", "kind", "number"], name="name_identity"),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.number}"


class NameList(NameRow):
    """How far a list of names was read: all of a kind, or the tasks of one project."""

    kind = models.CharField(max_length=8, choices=Name.Kind.choices)
    #: 0 for all.
    project_id = models.BigIntegerField(default=0)
    #: When the reading began that is under way, or was the last, and where it goes on.
    begun_at = models.DateTimeField(null=True)
    next_page = models.PositiveIntegerField(default=1)
    #: When it last came to its end: then what is not in it is not there, or not to be seen.
    whole_at = models.DateTimeField(null=True)
    #: How long it is, as far as Focus said.
    total = models.BigIntegerField(null=True)
    #: The error's code (``FocusError.code``) of the last question, empty after a good answer.
    error = models.CharField(max_length=40, blank=True)
    error_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["source", "kind", "project_id"], name="name_list_identity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.project_id or ''}".strip()
