"""Lists that are kept while nothing of them changes: as fresh as if they were not."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from focusadmin.identity import people
from focusadmin.identity.models import User
from integrations.models import Account, Calendar, Key, Source, Workspace
from integrations.views import remembering
from tests.browsing import read
from tests.views.addresses import at

Accounts = dict[str, Account]


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> None:
    remembering._lists.clear()


def asked(client: Client, address: str) -> list[str]:
    """Return the tables of the mirror that a page reads rows from, once for each question."""
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    tables = (Calendar._meta.db_table, Account._meta.db_table)
    return [q["sql"] for q in found if any(f'FROM "{table}"' in q["sql"] for table in tables)]


@pytest.mark.parametrize("page", ["accounts", "calendars"])
def test_a_list_is_read_once_while_nothing_changes(
    client: Client, accounts: Accounts, page: str
) -> None:
    first = read(client.get(at(page))).words

    assert asked(client, at(page)) == []
    assert read(client.get(at(page))).words == first
    assert asked(client, at(page) + "?q=board") != []


@pytest.mark.parametrize("page", ["accounts", "calendars"])
def test_whoever_looks_sees_their_own(
    client: Client, viewer_client: Client, accounts: Accounts, page: str
) -> None:
    client.get(at(page))

    assert asked(viewer_client, at(page)) != []


def test_a_row_that_changed_is_shown(client: Client, accounts: Accounts) -> None:
    client.get(at("calendars"))
    Calendar.objects.filter(name="Client calls").update(name="Other calls")

    words = read(client.get(at("calendars"))).words

    assert "Other calls" in words
    assert "Client calls" not in words


def test_a_workspace_with_another_name_has_it_in_its_lists(
    client: Client, accounts: Accounts, source: Source
) -> None:
    client.get(at("calendars"))
    Workspace.objects.filter(pk=source.workspace_id).update(label="Other Studio")

    words = read(client.get(at("calendars"))).words

    assert "Calendars of every account in Other Studio" in words


def test_a_key_that_shows_itself_otherwise_has_it_read_again(
    client: Client, accounts: Accounts, source: Source
) -> None:
    client.get(at("accounts"))
    Key.objects.update(visibility=Key.Visibility.ACT)

    assert asked(client, at("accounts")) != []


@pytest.mark.thorough
def test_no_more_is_kept_than_that(client: Client, accounts: Accounts) -> None:
    for number in range(remembering.KEPT + 5):
        client.get(at("calendars") + f"?q={number}")

    assert len(remembering._lists) == remembering.KEPT


def test_another_language_or_zone_has_another_list(
    client: Client, manager: User, accounts: Accounts
) -> None:
    def kept(**chosen: str) -> tuple[str, str]:
        people.prefer(manager, **chosen)
        row = client.get(at("accounts")).context["rows"][-1]
        return row["state"], row["connected"].exact.rpartition(" ")[2]

    assert kept(language="en", time_zone="UTC") == ("Working", "UTC")
    assert kept(language="de") == ("Funktioniert", "UTC")
    assert kept(time_zone="Asia/Tokyo") == ("Funktioniert", "Asia/Tokyo")
