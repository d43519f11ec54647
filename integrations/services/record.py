"""The rows of the record: drawn up with the names of everything, searched, and told to the log."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change, Key, Source
from integrations.services import audit, names
from integrations.services.actors import Actor


def draw_up(
    action: Change.Action,
    source: Source,
    *,
    by: Actor,
    account: Account | None = None,
    calendar: Calendar | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    provider: str = "",
    known: names.Names | None = None,
    rule: tuple[int, str] = (0, ""),
) -> Change:
    """Return the row of an intended write, not stored yet; ``known``: what numbers are called."""
    values = [before or {}, after or {}]
    if known is None:
        known = names.of_record(source, values)
    change = Change(
        action=action,
        actor_issuer=by.issuer,
        actor_subject=by.subject,
        actor_name=by.name,
        role=by.role,
        note=by.note,
        key=source.key_id,
        key_label=source.key.label,
        workspace_id=source.workspace.workspace_id,
        workspace_label=source.workspace.label,
        integration_id=account.integration_id if account else 0,
        calendar_id=calendar.calendar_id if calendar else 0,
        provider=account.provider if account else provider,
        email=account.email if account else "",
        calendar_name=str(calendar) if calendar else "",
        external_id=calendar.external_id if calendar else "",
        rule_id=rule[0],
        rule_title=rule[1],
        before=dict(before or {}),
        after=dict(after or {}),
        names=names.copies(known, *values),
        request_id=by.request_id,
        client_address=by.client_address,
    )
    index(change)
    return change


def index(change: Change) -> None:
    """Fold what people search a change by; the calendar's and the rule's words apart."""
    words = (
        change.actor_name,
        change.actor_subject,
        change.email,
        change.key_label,
        change.note,
        change.request_id,
        change.trace_id,
    )
    change.search = "\n".join(words).casefold()
    about = (change.calendar_name, change.external_id, change.rule_title)
    change.calendar_search = "\n".join(about).casefold()


def made_by(person: User) -> Q:
    """Return the condition for changes that a person made."""
    return Q(actor_issuer=person.issuer, actor_subject=person.subject)


def made_by_same(change: Change) -> Q:
    """Return the condition for changes of the person who made this one."""
    return Q(actor_issuer=change.actor_issuer, actor_subject=change.actor_subject)


def by_removed_key() -> Q:
    """Return the condition for changes through keys that are no longer there.

    They are the managers' to see, but for those of private keys.
    """
    return Q(is_private=False) & ~Q(key__in=Key.objects.values("pk"))


def keep_private(removed: QuerySet[Key]) -> None:
    """Let what was done through keys that are about to go stay their owners' alone, if they are."""
    private = removed.filter(visibility=Key.Visibility.PRIVATE).values("pk")
    Change.objects.filter(key__in=private).update(is_private=True)


def under_way() -> Q:
    """Return the condition for changes that are being written at this moment."""
    return Q(outcome=Change.Outcome.SENDING, lease_until__gt=timezone.now())


def tell(change: Change) -> None:
    """Write the line of the log that says where a change has come to, whole: it is a copy."""
    audit.line(
        "change",
        id=str(change.pk),
        action=change.action,
        outcome=change.outcome,
        error=change.error,
        actor=f"{change.actor_issuer}:{change.actor_subject}",
        name=change.actor_name,
        role=change.role,
        key=str(change.key),
        key_label=change.key_label,
        workspace=change.workspace_id,
        provider=change.provider,
        integration=change.integration_id,
        email=change.email,
        calendar=change.calendar_id,
        calendar_name=change.calendar_name,
        external_id=change.external_id,
        rule=change.rule_id,
        rule_title=change.rule_title,
        before=change.before,
        after=change.after,
        found=change.found,
        note=change.note,
        batch=str(change.batch_id or ""),
        undoes=str(change.undoes or ""),
        request=change.request_id,
        client=change.client_address,
        trace=change.trace_id,
        settled=change.settled_at.isoformat() if change.settled_at else "",
    )
