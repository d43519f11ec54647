"""The record: one row per write, holding copies instead of keys into what may vanish."""

import uuid
from typing import Any, ClassVar, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.models.batches import Batch
from integrations.models.keys import called

#: What is stored of a change after its intent: what came of it, and what a trip to connect found.
COURSE = (
    *("outcome", "error", "trace_id", "finished_at", "lease_until", "settled_at"),
    *("attempts", "retry_at", "found", "difference", "after", "integration_id", "email"),
    *("search", "calendar_search", "rule_id"),
)


#: The actions that are about mapping rules: ``Change.OF_RULES``.
_OF_RULES = ("rule-add", "rule-edit", "rule-delete")


class RecordQuerySet(models.QuerySet["Change"]):
    """The record's rows, which nothing deletes but the pruning of what is old."""

    def delete(self) -> NoReturn:
        """Refuse."""
        raise TypeError("the record is deleted by services/pruning.py alone")

    def prune(self) -> int:
        """Delete for good, and return how many."""
        return super().delete()[0]


class Change(models.Model):
    """One write to one calendar, account or rule: intended first, then what came of it."""

    class Action(models.TextChoices):
        """What was asked of Focus."""

        EDIT = "edit", _("Edit calendar")
        REFRESH = "refresh", _("Refresh calendars")
        DISCONNECT = "disconnect", _("Disconnect account")
        CONNECT = "connect", _("Connect account")
        RECONNECT = "reconnect", _("Reconnect account")
        WRITE = "write-access", _("Grant write access")
        HIDE = "hide", _("Set hidden events")
        RULE_ADD = "rule-add", _("Add rule")
        RULE_EDIT = "rule-edit", _("Edit rule")
        RULE_DELETE = "rule-delete", _("Delete rule")

    class Outcome(models.TextChoices):
        """How far it came; *unknown* is a write whose answer never arrived."""

        INTENDED = "intended", _("Begun")
        SENDING = "sending", _("Being sent")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Refused")
        CONFLICT = "conflict", _("Changed elsewhere")
        UNKNOWN = "unknown", _("Outcome unknown")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True)
    action = models.CharField(max_length=20, choices=Action.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.INTENDED)

    actor_issuer = models.CharField(max_length=200)
    actor_subject = models.CharField(max_length=200)
    actor_name = models.CharField(max_length=200)
    role = models.CharField(max_length=12)
    key = models.UUIDField()
    key_label = models.CharField(max_length=200)
    #: The key was its owner's alone until it was removed: so this stays nobody else's to see.
    is_private = models.BooleanField(default=False)

    workspace_id = models.BigIntegerField()
    workspace_label = models.CharField(max_length=200)
    #: 0 while a connect has not told the account's id yet.
    integration_id = models.BigIntegerField(default=0)
    #: 0 for a write to the account itself.
    calendar_id = models.BigIntegerField(default=0)
    provider = models.TextField(blank=True)
    email = models.TextField(blank=True)
    calendar_name = models.TextField(blank=True)
    external_id = models.TextField(blank=True)
    #: Of a write to a mapping rule, which is of no account; 0 while a new one has no id yet.
    rule_id = models.BigIntegerField(default=0)
    rule_title = models.TextField(blank=True)

    #: {field: value}, exactly the fields touched.
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: {field: value}: what was there instead, where somebody else had changed it.
    found = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: What the numbers in them were called then, as ``names.copies`` gives it.
    names = models.JSONField(default=dict)
    #: What a refresh found, as ``comparison.Difference.as_json`` gives it.
    difference = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    #: Why, in the person's own words.
    note = models.TextField(blank=True)
    #: The change whose earlier values this one writes back.
    undoes = models.UUIDField(null=True, db_index=True)
    request_id = models.CharField(max_length=64)
    #: Where the person was: the rightmost address that no proxy of ours added.
    client_address = models.CharField(max_length=45, blank=True)
    trace_id = models.CharField(max_length=200, blank=True)
    #: The error's code (``FocusError.code``) where it did not end well.
    error = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    #: A write in state *sending* past this moment lost its process: it becomes *unknown*.
    #: On an *unknown* one: until then the request may still arrive, and its absence proves nothing.
    lease_until = models.DateTimeField(null=True)
    #: A later read has shown what became of an *unknown* one, as far as that can be told.
    settled_at = models.DateTimeField(null=True)
    #: Its place in the batch.
    position = models.PositiveIntegerField(default=0)
    #: How often it was tried, and when it is tried again; only in a batch.
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    #: Folded words to search by; the calendar's are apart, because not everybody may see them.
    search = models.TextField(default="")
    calendar_search = models.TextField(default="")

    objects = RecordQuerySet.as_manager()

    #: The actions that are about mapping rules.
    OF_RULES = _OF_RULES
    #: Those that say something of people's events.
    OF_EVENTS = (*_OF_RULES, "hide")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["batch", "key", "integration_id", "calendar_id"], name="change_in_batch"
            ),
            models.UniqueConstraint(
                fields=["integration_id", "calendar_id"],
                condition=models.Q(outcome="sending") & ~models.Q(integration_id=0),
                name="change_one_sending",
            ),
            # Whether a title is taken is seen in the list of all of them: so one at a time.
            models.UniqueConstraint(
                fields=["workspace_id"],
                condition=models.Q(outcome="sending", action__in=_OF_RULES),
                name="change_one_rule_sending",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # All that decides who sees a change is in these two, so that paging and counting read
            # no row, nor does the list of people.
            models.Index(
                fields=["workspace_id", "-created_at", "id", "key", "is_private"],
                name="change_recent",
            ),
            models.Index(
                fields=[
                    "workspace_id",
                    "actor_issuer",
                    "actor_subject",
                    "actor_name",
                    "key",
                    "is_private",
                ],
                name="change_people",
            ),
            models.Index(fields=["integration_id", "calendar_id"], name="change_subject"),
            models.Index(fields=["rule_id"], name="change_rule"),
            # For each look at Focus: what is unknown through a key. Not only of those outcomes:
            # SQLite uses no such index for a value that is bound.
            models.Index(fields=["key", "outcome"], name="change_open"),
            # For each page: whose process is gone.
            models.Index(
                fields=["lease_until"],
                condition=models.Q(lease_until__isnull=False),
                name="change_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.email} ({self.outcome})"

    def save(self, **kwargs: Any) -> None:
        """Store a new row; of a row that is there, what came of it and nothing else."""
        if not (self._state.adding or set(kwargs.get("update_fields") or "*") <= {*COURSE}):
            raise TypeError("who did what is written once: name fields of COURSE")
        super().save(**kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("the record is deleted by services/pruning.py alone")

    @property
    def key_name(self) -> str:
        """Which key it was, in the language of whoever looks."""
        return called(self.key_label)
