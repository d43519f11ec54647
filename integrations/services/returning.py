"""Coming back from the provider: list the accounts again and say the one thing that is true.

What the provider or Focus add to our return address is never believed. The listing is compared with
what was there before; the query only chooses among sentences that the listing has shown to be true.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from integrations.models import Account, Change, ConnectAttempt, Source
from integrations.services import changes, connections, health, keys, mirror
from integrations.services.actors import Actor
from integrations.services.connections import Purpose

Result = dict[str, Any]
Outcome = Change.Outcome

#: Results that may still turn into another one until the attempt expires.
OPEN = frozenset({"unchanged", "refused", "unchecked", "cancelled"})
#: What the record says of a result. The account may be there and the wish unfulfilled all the same.
_RECORDED = {
    "connected": Outcome.DONE,
    "reconnected": Outcome.DONE,
    "granted": Outcome.DONE,
    "already": Outcome.FAILED,
    "permission": Outcome.FAILED,
    "other": Outcome.FAILED,
    "several": Outcome.UNKNOWN,
    "refused": Outcome.REFUSED,
}


def settle(attempt: ConnectAttempt, hints: Mapping[str, str], *, by: Actor) -> None:
    """List the accounts again and record what the trip came to.

    A completed or expired attempt stays as it is. ``hints`` is the query of the return address.
    """
    if attempt.completed_at or connections.is_expired(attempt):
        return
    source = keys.source(attempt.key, attempt.workspace)
    error = mirror.look(source, by=by, force=True)
    if error is not None:
        _keep(attempt, {"outcome": "unchecked", "error": error.code})
        return
    result = _found(attempt, source, hints)
    if result["outcome"] == "unchanged" and attempt.result.get("outcome") == "cancelled":
        return
    if result["outcome"] in OPEN:
        _keep(attempt, result)
    else:
        connections.complete(attempt, result)
    _record(attempt, result)


def _found(attempt: ConnectAttempt, source: Source, hints: Mapping[str, str]) -> Result:
    present = list(source.accounts.filter(gone_at=None, provider=attempt.provider))
    new = _unclaimed(
        attempt, [row for row in present if str(row.integration_id) not in attempt.before]
    )
    if attempt.purpose == Purpose.CONNECT:
        return _found_new(attempt, present, new, hints)
    return _found_target(attempt, present, new, hints)


def _found_new(
    attempt: ConnectAttempt, present: list[Account], new: list[Account], hints: Mapping[str, str]
) -> Result:
    meant, already = _meant(new, hints), _meant(present, hints)
    if meant is None and already is None and len(new) == 1:
        meant = new[0]
    if meant is not None:
        missing = meant.state == Account.State.PERMISSION
        return _lacking(meant) if missing else _told("connected", meant)
    if already is not None:
        return _told("already", already)
    if new:
        return {"outcome": "several", "emails": sorted(row.email for row in new)}
    if hints.get("error") == "access_denied":
        return {"outcome": "refused"}
    return {"outcome": "unchanged"}


def _found_target(
    attempt: ConnectAttempt, present: list[Account], new: list[Account], hints: Mapping[str, str]
) -> Result:
    number = attempt.change.integration_id
    before = attempt.before.get(str(number), {})
    again = [row for row in new if row.email == attempt.change.email]
    target = next((row for row in present if row.integration_id == number), None) or (
        again[0] if again else None
    )
    judge = _widened if attempt.purpose == Purpose.WRITE else _renewed
    found = judge(target, before) if target else None
    if found is not None:
        return found
    other = _meant([row for row in present if row != target], hints)
    if other is not None:
        return {**_told("other", other), "wanted": attempt.change.email}
    if hints.get("error") == "access_denied":
        return {"outcome": "refused"}
    if target is None or _meant([target], hints) is None:
        return {"outcome": "unchanged"}
    if attempt.purpose == Purpose.WRITE and not target.has_write_scope:
        return _without_writing(target)
    return {"outcome": "unchanged"} if target.error_status else _told("already", target)


def _renewed(target: Account, before: Mapping[str, Any]) -> Result | None:
    """Judge a reconnect by the trouble that the account had, and by nothing else."""
    now = connections.snapshot(target)
    if all(now[name] == before.get(name) for name in ("error_status", "scopes")):
        return None
    if target.state == Account.State.PERMISSION:
        return _lacking(target)
    return None if target.error_status else _told("reconnected", target)


def _widened(target: Account, before: Mapping[str, Any]) -> Result | None:
    """Judge write access by write access, and by nothing else."""
    if target.has_write_scope:
        return None if before.get("has_write_scope") else _told("granted", target)
    renewed = list(target.scopes) != before.get("scopes")
    return _without_writing(target) if renewed else None


def _meant(rows: Iterable[Account], hints: Mapping[str, str]) -> Account | None:
    """Return the row whose address the query names: the listing has shown that it is there."""
    return next((row for row in rows if row.email and row.email == hints.get("email")), None)


def _unclaimed(attempt: ConnectAttempt, new: list[Account]) -> list[Account]:
    """Leave out what another trip through this key has been told to have connected."""
    claimed = Change.objects.filter(
        key=attempt.key_id,
        action=Change.Action.CONNECT,
        integration_id__in=[row.integration_id for row in new],
        finished_at__gte=attempt.created_at,
    ).exclude(pk=attempt.change_id)
    taken = set(claimed.values_list("integration_id", flat=True))
    return [row for row in new if row.integration_id not in taken]


def _without_writing(account: Account) -> Result:
    return {**_told("permission", account), "missing": [health.CHANGE_EVENTS]}


def _lacking(account: Account) -> Result:
    missing = list(health.missing_permissions(account.scopes))
    return {**_told("permission", account), "missing": missing}


def _told(outcome: str, account: Account) -> Result:
    present = account.calendars.filter(gone_at=None)
    return {
        "outcome": outcome,
        "account": account.pk,
        "email": account.email,
        "calendars": present.count(),
        "off": present.exclude(selected=True).count(),
    }


def _keep(attempt: ConnectAttempt, result: Result) -> None:
    attempt.result = result
    attempt.save(update_fields=["result"])


def _record(attempt: ConnectAttempt, result: Result) -> None:
    """Bring the change in line with the result; it stays about the account it was meant for."""
    outcome = _RECORDED.get(result["outcome"])
    if outcome is None:
        return
    change = attempt.change
    if "account" in result:
        account = Account.objects.get(pk=result["account"])
        if attempt.purpose == Purpose.CONNECT:
            change.integration_id, change.email = account.integration_id, account.email
        if result["outcome"] == "other":
            change.found = {"email": account.email}
        else:
            change.after = connections.snapshot(account)
    done = outcome == Outcome.DONE
    changes.finish(change, outcome, error="" if done else result["outcome"])
