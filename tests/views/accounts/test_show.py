"""One account."""

from collections.abc import Callable

import pytest
from django.test import Client

from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from integrations.services import mirror
from tests.browsing import read, send
from tests.views.addresses import of

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_shows_the_account_and_its_calendars(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    page = read(client.get(of("account", accounts["studio@example.com"])))

    assert asked() == []
    assert "Working: studio@example.com" in page.title
    for phrase in ("7 calendars", "Production schedule", "Equipment", "#616161", "330002"):
        assert phrase in page.words
    assert "Nothing was done here with Focusadmin yet" in page.words


def test_its_calendars_are_edited_together_from_the_list(
    client: Client, accounts: Accounts
) -> None:
    page = read(client.get(of("account", accounts["studio@example.com"])))

    listed = read(client.get(page.links["Edit several together"]))

    assert "7 of 30 calendars" in listed.words


@pytest.mark.parametrize(
    ("status", "sentence", "action"),
    [
        ("", "Toggl can read this account’s calendars", "/refresh/"),
        ("invalid_grant", "stopped giving Toggl access", "/reconnect/"),
        ("admin_consent_required", "An administrator", "/reconnect/"),
        ("insufficient_scope", "not given every permission", "/reconnect/"),
        ("brand new trouble", "brand new trouble", "/reconnect/"),
    ],
)
def test_it_says_how_it_is_and_offers_what_fits(
    client: Client,
    accounts: Accounts,
    source: Source,
    sandbox: Sandbox,
    status: str,
    sentence: str,
    action: str,
) -> None:
    sandbox.world.account(710002)["error_status"] = status
    mirror.read(source)

    response = client.get(of("account", accounts["studio@example.com"]))

    page = read(response)
    assert sentence in page.words
    offered = [*page.links.values(), *(form.action for form in page.forms)]
    assert any(address.endswith(action) for address in offered)


def test_it_names_the_permission_that_is_missing(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    account = sandbox.world.account(710002)
    account["scopes"] = [scope for scope in account["scopes"] if "calendarlist" not in scope]
    mirror.read(source)

    words = read(client.get(of("account", accounts["studio@example.com"]))).words

    assert "not given permission to “see your calendars”" in words


def test_it_says_when_focus_finds_no_calendars(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    sandbox.world.account(710002)["calendars"].clear()
    mirror.read(source)

    words = read(client.get(of("account", accounts["studio@example.com"]))).words

    assert "found no calendars there" in words


def test_it_tells_two_calendars_of_one_name_apart(client: Client, accounts: Accounts) -> None:
    rooms = accounts["rooms@example.net"]

    response = client.get(of("account", rooms))

    names = [row["name"] for row in response.context["rows"] if "Meeting room" in row["name"]]
    assert len(set(names)) == 2


def test_it_says_which_calendar_is_reached_through_another_account_too(
    client: Client, accounts: Accounts
) -> None:
    response = client.get(of("account", accounts["studio@example.com"]))

    also = {row["name"] for row in response.context["rows"] if row["also_elsewhere"]}
    assert also == {"Team holidays"}


def test_it_names_a_nameless_calendar_by_its_external_id(
    client: Client, accounts: Accounts
) -> None:
    words = read(client.get(of("account", accounts["alex@example.com"]))).words

    nameless = accounts["alex@example.com"].calendars.get(name="")
    assert f"(no name) {nameless.external_id}" in words


def test_it_draws_no_colour_that_it_cannot_read(client: Client, accounts: Accounts) -> None:
    response = client.get(of("account", accounts["alex.admin@example.net"]))

    rows = {row["name"]: row for row in response.context["rows"]}
    assert rows["Named, not coloured"]["background"] is None
    assert rows["No colours yet"]["background"] is None
    assert "lightyellow" in read(response).words
    assert 'fill="lightyellow"' not in response.content.decode()


def test_it_offers_write_access_where_toggl_may_only_read(
    client: Client, accounts: Accounts
) -> None:
    reader = read(client.get(of("account", accounts["alex.admin@example.net"])))
    writer = read(client.get(of("account", accounts["studio@example.com"])))

    assert "Grant write access" in reader.links
    assert "Grant write access" not in writer.links


def test_it_keeps_the_page_of_an_account_that_is_gone(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    account = accounts["events@example.com"]
    sandbox.world.account(710004)["calendar_integration_id"] = 719999
    mirror.read(source)

    page = read(client.get(of("account", account)))

    assert "no longer connected" in page.words
    assert "Workshops" in page.words
    assert of("account", Account.objects.get(integration_id=719999)) in page.links.values()


def test_it_tells_its_history_from_before_a_reconnect_too(
    client: Client, accounts: Accounts, source: Source, sandbox: Sandbox
) -> None:
    account = accounts["studio@example.com"]
    send(client, client.get(of("account", account)), "/refresh/")
    sandbox.world.account(710002)["calendar_integration_id"] = 719999
    mirror.read(source)
    new = Account.objects.get(integration_id=719999)

    words = read(client.get(of("account", new))).words

    assert "Refreshed the calendars of studio@example.com" in words
    assert "Mia Manager" in words


def test_it_shows_a_calendar_that_is_not_confirmed_yet(client: Client, accounts: Accounts) -> None:
    account = accounts["studio@example.com"]
    Calendar.objects.filter(account=account, name="Equipment").update(provisional=True)

    response = client.get(of("account", account))

    assert [row["name"] for row in response.context["rows"] if row["provisional"]] == ["Equipment"]
    assert "not confirmed" in read(response).words.lower()
