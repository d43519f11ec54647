"""What was exported is no change when it is imported; what was changed in it is all that is."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from integrations import focus
from integrations.focus.decoding import decode_accounts
from integrations.models import Calendar, Source, Workspace
from integrations.services import cells, comparison, keys, plans, rows, sheet_wishes, sheets
from integrations.services.plans import Plan
from tests.conftest import WORKSPACE
from tests.services import any_json
from tests.support.plugin import PROVE

pytestmark = pytest.mark.django_db
SLOW = settings(max_examples=1000 if PROVE else 8, suppress_health_check=[HealthCheck.too_slow])

Sheet = list[dict[str, str]]


@contextmanager
def listed(accounts: list[Any]) -> Iterator[Source]:
    """The rows after Focus has listed these accounts; afterwards nothing was there."""
    with transaction.atomic():
        workspace = Workspace.objects.get(workspace_id=WORKSPACE)
        source = keys.source(keys.shared(), workspace)
        listing = decode_accounts(json.dumps(accounts).encode())
        comparison.apply_accounts(source, listing, timezone.now())
        yield source
        transaction.set_rollback(True)


def exported() -> Sheet:
    """Return the exported file as a program reads it that knows nothing of ours."""
    text = "".join(sheets.lines(Calendar.objects.all()))
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def packed(sheet: Sheet, separator: str, *, everything_quoted: bool, mark: bool) -> bytes:
    """Return the file as one program or another would save it."""
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if everything_quoted else csv.QUOTE_MINIMAL
    writer = csv.DictWriter(
        text, sheets.COLUMNS, delimiter=separator, quoting=quoting, lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(sheet)
    return text.getvalue().encode("utf-8-sig" if mark else "utf-8")


def imported(data: bytes, source: Source) -> Plan:
    """Return what a file comes to."""
    found = Calendar.objects.filter(gone_at=None)
    wishes = sheet_wishes.read(data, found, WORKSPACE)
    return plans.make(wishes, sources=[source], person=None, role=None)


@SLOW
@given(any_json.account_lists)
def test_what_was_exported_is_no_change(accounts: list[Any]) -> None:
    with listed(accounts) as source:
        data = "".join(sheets.lines(Calendar.objects.all())).encode()

        plan = imported(data, source)

        assert (plan.steps, plan.blocked) == ([], [])
        assert len(plan.unchanged) == Calendar.objects.count()


def numbered(calendars: list[dict[str, Any]], owner: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an account whose calendars can all be addressed, whatever else they are."""
    for place, entry in enumerate(calendars):
        entry |= {"calendar_id": (-1) ** place * (2**62 + place), "deleted_at": None}
        entry.pop("calendar_integration_id", None)
    return [owner | {"calendar_integration_id": -7, "calendars": calendars}]


entries = st.lists(any_json.calendars, min_size=1, max_size=4)
colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
number = st.integers(1, rows.MAX_ID)
changed = st.one_of(
    *(st.tuples(st.just(name), colour) for name in rows.COLOURS),
    *(st.tuples(st.just(name), st.none() | number) for name in rows.NUMBERS),
    *(st.tuples(st.just(name), st.booleans()) for name in rows.FLAGS),
)


@SLOW
@given(
    st.builds(numbered, entries, any_json.accounts),
    st.integers(0),
    changed,
    st.sampled_from(",;\t"),
    st.booleans(),
    st.booleans(),
)
def test_what_was_changed_in_the_file_is_exactly_what_changes(
    accounts: list[Any],
    place: int,
    change: tuple[str, Any],
    separator: str,
    everything_quoted: bool,
    mark: bool,
) -> None:
    name, value = change
    with listed(accounts) as source:
        sheet = exported()
        line = sheet[place % len(sheet)]
        address = [int(cells.unguarded(line[column])) for column in sheets.ADDRESS]
        row = Calendar.objects.get(account__integration_id=address[0], calendar_id=address[1])
        offered = name not in plans.OPTIONAL or name in focus.member_names(row.raw.encode())
        assume(offered and not rows.alike(getattr(row, name), value))

        line[name] = sheets.cell(name, value)
        data = packed(sheet, separator, everything_quoted=everything_quoted, mark=mark)
        plan = imported(data, source)

        assert plan.blocked == []
        [step] = plan.steps
        assert (step.calendar, step.after) == (row, {name: value})
        assert step.before == {name: getattr(row, name)}
