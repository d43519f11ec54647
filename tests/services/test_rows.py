"""From resources to rows: what columns can hold, and what is computed for searching."""

import json
import random
from typing import Any

import pytest
from django.utils import timezone

from integrations.focus import Account as SeenAccount
from integrations.focus import Calendar as SeenCalendar
from integrations.focus import Listing, decode_account, decode_calendar
from integrations.models import Account, Calendar, Source
from integrations.services import rows
from integrations.services.comparison import Difference, apply_calendars
from tests.services.answers import account, calendar

HUGE = 2**63 - 1


def seen(**fields: Any) -> SeenCalendar:
    """Return a calendar as the client reads it."""
    found = decode_calendar(json.dumps(calendar(7, "Team", **fields)).encode(), 1)
    assert isinstance(found, SeenCalendar)
    return found


def test_it_keeps_the_exact_text_and_what_is_searched_for() -> None:
    values = rows.calendar_values(seen(strange={"a": 1.10}), Account(email="Mia@Example.com"))

    assert json.loads(values["raw"])["strange"] == {"a": 1.1}
    assert '"a": 1.1' in values["raw"]
    assert values["search"] == "team\nc7\nmia@example.com"


def test_it_says_what_a_person_may_edit_as_a_row_would_hold_it() -> None:
    values = rows.editable(seen(background_color="#fff", default_project_id=0, selected=True))

    assert tuple(values) == rows.EDITABLE
    assert values["background_color"] == "#fff"
    assert values["default_project_id"] == 0
    assert values["selected"] is True
    assert values["auto_track"] is None


@pytest.mark.parametrize(
    ("number", "kept"), [(HUGE, HUGE), (-HUGE, -HUGE), (-HUGE - 1, None), (0, 0), (True, None)]
)
def test_it_drops_a_number_that_the_form_could_not_send_back(number: int, kept: int | None) -> None:
    assert rows.editable(seen(default_project_id=number))["default_project_id"] == kept


def test_it_derives_an_accounts_state_from_the_same_answer() -> None:
    entry = decode_account(json.dumps(account(1, "a@example.com", calendars=[])).encode())
    assert isinstance(entry, SeenAccount)

    values = rows.account_values(entry)

    assert values["state"] == Account.State.EMPTY
    assert values["search"] == "a@example.com\ngoogle"


def test_it_notices_any_difference_from_a_row() -> None:
    row = Account(email="a@example.com", scopes=["x"], source=Source())

    assert not rows.differs(row, {"email": "a@example.com", "scopes": ["x"]})
    assert rows.differs(row, {"email": "a@example.com", "scopes": ["y"]})


@pytest.mark.parametrize("field", ["external_id", "name", "background_color", "default_action"])
def test_it_stores_texts_of_any_length(source: Source, field: str) -> None:
    """PostgreSQL's indexes refuse what is long and cannot be packed."""
    text = "".join(map(chr, random.Random(7).sample(range(0x4E00, 0x9FFF), 20_000)))
    owner = Account.objects.create(
        source=source, integration_id=1, raw="{}", urgency=5, search="", seen_at=timezone.now()
    )

    apply_calendars(owner, Listing((seen(**{field: text}),)), {}, timezone.now(), Difference())

    row = Calendar.objects.get()
    assert text.startswith(getattr(row, field))
    assert len(getattr(row, field)) == (500 if field == "external_id" else 20_000)
    assert text in json.loads(row.raw)[field]


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (None, rows.EDITABLE),
        ("#fff", rows.COLOURS),
        ("", rows.COLOURS),
        ("\0", ()),
        ("\ud800", ()),
        (7, rows.NUMBERS),
        (-HUGE, rows.NUMBERS),
        (HUGE + 1, ()),
        (7.0, ()),
        (True, rows.FLAGS),
        (False, rows.FLAGS),
        ([], ()),
        ({"7": 7}, ()),
    ],
)
def test_it_knows_which_fields_can_hold_a_value(value: Any, fields: tuple[str, ...]) -> None:
    assert tuple(name for name in rows.EDITABLE if rows.can_hold(name, value)) == fields


def test_a_field_that_nobody_may_edit_holds_nothing() -> None:
    assert not any(rows.can_hold("external_id", value) for value in (None, "#fff", 7, True))
