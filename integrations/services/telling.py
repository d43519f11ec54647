"""What changed of the accounts since mail last said how they are: broken, or working again.

Of processes that look at once one alone finds a change: what mail has said is a row, changed by a
conditional update in the transaction that leaves the mail to be sent (``mailing``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from integrations.models import Account, Mail, ToldAccount
from integrations.services.broken import Found, Report

#: Before anything was seen.
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Changes:
    """Accounts that changed since they were last told of."""

    broke: tuple[Found, ...]
    recovered: tuple[Found, ...]


def tell(report: Report, words: Callable[[Changes], tuple[str, str]]) -> bool:
    """Leave one mail to be sent about all that changed; says whether there is any.

    ``words`` returns its subject and its text. An account that was never told of counts as working;
    one that was connected again is the one that it replaces.
    """
    with transaction.atomic():
        told = _told()
        _follow(report, told)
        changes = Changes(
            broke=tuple(row for row in report.broken if _turned(row, told, is_broken=True)),
            recovered=tuple(row for row in report.working if _turned(row, told, is_broken=False)),
        )
        if not changes.broke and not changes.recovered:
            return False
        subject, body = words(changes)
        Mail.objects.create(subject=subject, body=body)
    return True


def _told() -> dict[int, bool]:
    """Return of the accounts that mail spoke of whether it last said that they do not work."""
    return dict(ToldAccount.objects.values_list("integration_id", "is_broken"))


def _follow(report: Report, told: dict[int, bool]) -> None:
    """Let what was said of an account be said of the one that took its place."""
    present = {found.account.integration_id: found for found in (*report.broken, *report.working)}
    gone = {number for number, is_broken in told.items() if is_broken} - set(present)
    if not gone:
        return
    for number, found in present.items():
        earlier = next((old for old in _before(found.account) if old in gone), None)
        if earlier is not None and number not in told:
            row = ToldAccount.objects.filter(integration_id=earlier)
            told[number] = bool(row.update(integration_id=number))


def _before(account: Account) -> Iterator[int]:
    """Yield the numbers that an account had before, the latest first."""
    row = account.replaces
    while row is not None:
        yield row.integration_id
        row = row.replaces


def _turned(found: Found, told: dict[int, bool], *, is_broken: bool) -> bool:
    """Take the right to tell that an account is otherwise than it was said to be, if it is."""
    number = found.account.integration_id
    if told.get(number, False) == is_broken:
        return False
    never = {"is_broken": False, "seen_at": LONG_AGO}
    ToldAccount.objects.get_or_create(integration_id=number, defaults=never)
    row = ToldAccount.objects.filter(integration_id=number, is_broken=not is_broken)
    return bool(
        row.filter(seen_at__lt=found.seen_at).update(is_broken=is_broken, seen_at=found.seen_at)
    )
