"""What a set of wishes comes to, calendar by calendar, before anything is sent: the preview."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations import focus
from integrations.models import Calendar, Quota, Source
from integrations.services import colours, keys, proving, quotas, rows, team

#: Fields that Focus sends for some calendars only: what it does not send it does not keep.
OPTIONAL = frozenset({"auto_track", "focus_auto_track", "remind_tracking"})

#: The wish for a text colour: black or white, whichever reads better on each one's background.
READABLE = {"readable": True}

Values = Mapping[str, Any]


class Reason(TextChoices):
    """Why a calendar is left out of what is going to be done."""

    GONE = "gone", _("It is no longer there, or not yours to see")
    NOT_YOURS = "not-yours", _("Its owner does not let others change it")
    KEY = "key", _("The key is not used for changes at the moment")
    ABSENT = "absent", _("Focus does not offer this field for it")
    NO_BACKGROUND = "no-background", _("Its background is no colour that text could be fitted to")
    CHANGED = "changed", _("Somebody has changed it since")


@dataclass(frozen=True)
class Step:
    """One calendar that is going to be written: exactly the fields that differ."""

    calendar: Calendar
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Blocked:
    """A calendar that is left out; the row is None where it could not be found any more."""

    calendar: Calendar | None
    reason: Reason
    #: What it has instead of what was expected, by field.
    found: dict[str, Any] = field(default_factory=dict)
    #: The fields that it does not have.
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cost:
    """What the steps through one key cost: a read, and a write for each."""

    source: Source
    requests: int
    #: Requests left this hour; None where Focus has not said.
    left: int | None
    #: How many of these a batch leaves to the key's owner.
    reserve: int
    resets_at: datetime | None

    @property
    def is_enough(self) -> bool:
        """Say whether it can be done without waiting for the next hour."""
        return self.left is None or self.requests <= self.left - self.reserve


@dataclass
class Plan:
    """Everything that was wished for is in one of the three."""

    steps: list[Step] = field(default_factory=list)
    unchanged: list[Calendar] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)

    @property
    def shown(self) -> dict[str, Any]:
        """What a preview shows of it, to be compared with what it comes to at the confirmation."""
        return {str(step.calendar.pk): [step.before, step.after] for step in self.steps}

    def costs(self) -> list[Cost]:
        """Return the cost for each key, in the order in which the steps meet them."""
        counted: dict[int, tuple[Source, int]] = {}
        for step in self.steps:
            source = step.calendar.account.source
            counted[source.pk] = (source, counted.get(source.pk, (source, 0))[1] + 1)
        return [_cost(source, 1 + writes) for source, writes in counted.values()]


def make(
    wishes: Mapping[int, Values],
    *,
    sources: list[Source],
    person: User | None,
    role: Role | None,
    expects: Mapping[int, Values] | None = None,
    unnamed: Collection[int] = (),
) -> Plan:
    """Return what ``wishes``, {calendar's primary key: {field: value}}, come to at this moment.

    ``sources`` are what the person may see in the workspace; None for a command of the operator,
    who may use any key. ``expects`` names what must still be there for a wish to be carried out.
    ``unnamed``: calendars that may be written even where the person may not see them by name,
    because their owner has switched them off.
    """
    plan, expects = Plan(), expects or {}
    found = _visible(wishes, sources, person, unnamed)
    usable = {source.pk: _problem(source, person, role) for source in sources}
    for pk, wish in wishes.items():
        row = found.get(pk)
        if row is None:
            plan.blocked.append(Blocked(None, Reason.GONE))
            continue
        problem = usable[row.account.source_id]
        if problem is not None:
            plan.blocked.append(Blocked(row, problem))
        else:
            _add(plan, row, wish, expects.get(pk, {}))
    return plan


def reserve(quota: Quota) -> int:
    """Return how many of the hour's requests a batch leaves to the owner of the key."""
    return quotas.reserve(quota, settings.BATCH_RESERVE)


def _add(plan: Plan, row: Calendar, wish: Values, expected: Values) -> None:
    fitted = _fitted(row, wish)
    if wish and not fitted:
        plan.blocked.append(Blocked(row, Reason.NO_BACKGROUND))
        return
    wish = {name: value for name, value in fitted.items() if not _has(row, name, value)}
    if not wish:
        plan.unchanged.append(row)
        return
    moved = {name: getattr(row, name) for name, value in expected.items() if name in wish}
    moved = {name: now for name, now in moved.items() if not rows.alike(now, expected[name])}
    absent = lacks(row, wish)
    if moved:
        plan.blocked.append(Blocked(row, Reason.CHANGED, found=moved))
    elif absent == set(wish):
        plan.blocked.append(Blocked(row, Reason.ABSENT, absent=tuple(sorted(absent))))
    else:
        after = {name: value for name, value in wish.items() if name not in absent}
        before = {name: getattr(row, name) for name in after}
        plan.steps.append(Step(row, before, after))


def _fitted(row: Calendar, wish: Values) -> Values:
    """Return a wish with a readable text colour in place of the wish for one.

    It is left out where the background, as it is wished for or as it is, is no colour.
    """
    if wish.get("foreground_color") != READABLE:
        return wish
    background = colours.parse(wish.get("background_color", row.background_color))
    if background is None:
        return {name: value for name, value in wish.items() if name != "foreground_color"}
    return {**wish, "foreground_color": colours.readable_on(background)}


def _has(row: Calendar, name: str, value: Any) -> bool:
    return bool(rows.alike(getattr(row, name), value))


def lacks(row: Calendar, names: Iterable[str]) -> frozenset[str]:
    """Return those of the fields that Focus does not send for a calendar, so does not keep."""
    wanted = OPTIONAL.intersection(names)
    return wanted - focus.member_names(row.raw.encode()) if wanted else wanted


def _visible(
    pks: Iterable[int], sources: list[Source], person: User | None, unnamed: Collection[int]
) -> dict[int, Calendar]:
    by_pk = {source.pk: source for source in sources}
    order, found = list(pks), {}
    for start in range(0, len(order), 500):
        chunk = order[start : start + 500]
        some = Calendar.objects.filter(pk__in=chunk)
        if person is None:
            some = some.filter(account__source__in=sources, account__gone_at=None, gone_at=None)
        else:
            seen = Q(team.open_to(person), account__in=team.accounts(sources, person))
            known = Q(pk__in=set(unnamed).intersection(chunk), account__source__in=sources)
            some = some.filter(seen | known, account__gone_at=None, gone_at=None)
        # An account's own text holds all its calendars once more.
        for row in some.select_related("account").defer("account__raw"):
            row.account.source = by_pk[row.account.source_id]
            found[row.pk] = row
    return found


def _problem(source: Source, person: User | None, role: Role | None) -> Reason | None:
    if person is not None and not keys.is_usable_by(person, role, source.key):
        return Reason.NOT_YOURS
    return None if proving.is_ready(source.key) else Reason.KEY


def _cost(source: Source, requests: int) -> Cost:
    quota = quotas.of(source)
    if quota is None or quota.remaining is None or quotas.is_over(quota):
        return Cost(source, requests, None, 0, None)
    return Cost(source, requests, quota.remaining, reserve(quota), quota.resets_at)
