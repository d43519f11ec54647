"""Mapping rules as one source saw them last, and how that look went."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from integrations.models.keys import Key, Seen, Source


class RuleBook(Seen):
    """The rules that a source sees."""

    source = models.OneToOneField(Source, models.CASCADE, related_name="book")
    #: Our own last write: a list that was asked for before is older than the rows.
    written_at = models.DateTimeField(null=True)
    #: Rules that there are beyond those that Focus listed, by its own count.
    beyond = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"rules of {self.source}"

    @property
    def key(self) -> Key:
        """The key that they were seen through."""
        return self.source.key

    @property
    def key_id(self) -> UUID:
        """Its id."""
        return self.source.key_id


class Rule(models.Model):
    """One rule: events of a title go to a project, a task, or both."""

    book = models.ForeignKey(RuleBook, models.CASCADE, related_name="rules")
    rule_id = models.BigIntegerField()
    title = models.TextField(blank=True)
    project_id = models.BigIntegerField(null=True)
    task_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField(null=True)
    #: The exact text received, without interpretation.
    raw = models.TextField()
    #: The title as we take titles for the same (services/rule_titles.py).
    folded = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["book", "rule_id"], name="rule_identity"),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.rule_id}"
