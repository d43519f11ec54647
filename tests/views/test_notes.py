"""Why somebody does something: typed beside the button, and kept in the record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Change
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at, of
from tests.views.connect.trips import leave, travel

Accounts = dict[str, Account]
WHY = "New brand, see ticket 7"


@pytest.fixture
def board(accounts: Accounts) -> Calendar:
    """A calendar of the shared key."""
    return accounts["alex.admin@example.net"].calendars.get(name="Board")


def save(client: Client, calendar: Calendar, **fields: str) -> Any:
    """Send the calendar's form."""
    page = client.get(of("calendar-edit", calendar))
    return send(client, page, button="Save", **{"background_color": "#123456", **fields})


def disconnect(client: Client, account: Account) -> None:
    send(client, client.get(of("account-disconnect", account)), button="Disconnect", note=WHY)


def connect(client: Client, account: Account) -> None:
    leave(client, note=WHY)


def reconnect(client: Client, account: Account) -> None:
    leave(client, of("account-reconnect", account), note=WHY)


def write_access(client: Client, account: Account) -> None:
    leave(client, of("account-write-access", account), note=WHY)


@pytest.mark.parametrize("act", [disconnect, connect, reconnect, write_access])
def test_what_is_done_to_accounts_keeps_why(
    client: Client, accounts: Accounts, act: Callable[[Client, Account], None]
) -> None:
    act(client, accounts["alex.admin@example.net"])

    change = Change.objects.get()
    assert change.note == WHY
    assert WHY in read(client.get(at("change", change.pk))).words
    assert "1 change" in read(client.get(at("activity"), {"q": "NEW brand"})).words


def test_why_outlives_the_trip_to_the_provider(client: Client, accounts: Accounts) -> None:
    account = accounts["events@example.com"]
    leaving = leave(client, of("account-reconnect", account), note=WHY)
    assert leaving.status_code == 200

    travel(client, of("account-reconnect", account))

    assert sorted(Change.objects.values_list("note", flat=True)) == ["", WHY]


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (WHY, WHY),
        ("", ""),
        ("  one\r\n two\t three ", "one two three"),
        ("a\0b\x07c\x1b[31md\u202ee\u2028f", "abc[31mde f"),
        ("\U0001f600 Grüße שלום", "\U0001f600 Grüße שלום"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("n" * 100_000, "n" * 500),
        ("\U0001f600" * 600, "\U0001f600" * 500),
    ],
)
def test_an_edit_keeps_why_on_one_line(
    client: Client, board: Calendar, typed: str, kept: str
) -> None:
    assert save(client, board, note=typed).status_code == 302

    change = Change.objects.get()
    assert (change.outcome, change.note) == ("done", kept)
    page = client.get(at("change", change.pk))
    assert kept in read(page).words
    assert "<script>alert" not in page.content.decode()


def test_bytes_that_are_no_text_break_nothing(client: Client, board: Calendar) -> None:
    form = read(client.get(of("calendar-edit", board))).form("", button="Save")
    values = {**form.values, "background_color": "#123456"}
    body = "&".join(f"{name}={_quoted(value)}" for name, value in values.items() if name != "note")

    answer = client.post(
        of("calendar-edit", board),
        data=f"{body}&note=a%ED%A0%80b%FFc%00",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 302
    note = Change.objects.get().note
    assert note.replace("\ufffd", "") == "abc"
    note.encode()


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def test_readable_text_keeps_why(client: Client, board: Calendar) -> None:
    page = client.get(of("calendar-edit", board))

    again = send(client, page, button="Save", press="readable", note='"why"')

    assert read(again).form("", button="Save").values["note"] == '"why"'


def test_a_form_that_is_wrong_keeps_why(client: Client, board: Calendar) -> None:
    again = save(client, board, background_color="no colour", note=WHY)

    assert read(again).form("", button="Save").values["note"] == WHY


def test_the_page_that_compares_keeps_why(
    client: Client, board: Calendar, sandbox: Sandbox
) -> None:
    page = client.get(of("calendar-edit", board))
    there = sandbox.world.calendar(board.account.integration_id, board.calendar_id)
    there["background_color"] = "#222222"

    compared = send(client, page, button="Save", background_color="#123456", note=WHY)
    assert compared.status_code == 409
    assert send(client, compared, button="Save my choices").status_code == 302

    assert [(change.outcome, change.note) for change in Change.objects.order_by("created_at")] == [
        ("conflict", WHY),
        ("done", WHY),
    ]


def test_a_form_that_was_open_too_long_keeps_why(
    manager: User, client: Client, board: Calendar, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://testserver"
    settings.CSRF_TRUSTED_ORIGINS = ["http://testserver"]
    strict = Client(enforce_csrf_checks=True, headers={"origin": "http://testserver"})
    strict.force_login(manager)
    form = read(strict.get(of("calendar-edit", board))).form("", button="Save")
    old = form.values | {"background_color": "#123456", "note": WHY, "csrfmiddlewaretoken": "x"}

    refused = strict.post(of("calendar-edit", board), old)
    assert refused.status_code == 403
    again = read(refused).form("", button="Send it again").values
    assert strict.post(of("calendar-edit", board), again).status_code == 302

    assert Change.objects.get().note == WHY


@pytest.mark.parametrize("entries", ["", "sing"])
def test_a_disconnect_that_lacks_a_choice_keeps_why(
    client: Client, accounts: Accounts, entries: str
) -> None:
    page = client.get(of("account-disconnect", accounts["alex.admin@example.net"]))

    again = send(client, page, button="Disconnect", entries=entries, note=WHY)

    assert read(again).form("", button="Disconnect").values["note"] == WHY
    assert not Change.objects.exists()


def test_whoever_may_only_look_is_not_asked(
    viewer_client: Client, accounts: Accounts, board: Calendar
) -> None:
    page = read(viewer_client.get(of("calendar-edit", board)))

    assert not [form for form in page.forms if "note" in form.values]
