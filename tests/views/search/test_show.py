"""The search of everything: by kind, as far as one may see it, without asking Focus."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Calendar, Change, Source
from integrations.services import changes, keys, mirror
from integrations.services.actors import Actor
from tests.browsing import read, send
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.addresses import at, of

Accounts = dict[str, Account]


def found(client: Client, words: str) -> dict[str, tuple[str, list[str]]]:
    """Return {kind: (how many, the first)} of what a search finds."""
    groups = client.get(at("search"), {"q": words}).context["groups"]
    return {
        group["kind"]: (group["number"], [row.text for row in group["rows"]]) for group in groups
    }


def test_it_finds_accounts_calendars_people_and_changes(
    client: Client, accounts: Accounts, source: Source, actor: Actor, asked: Callable[[], list[str]]
) -> None:
    board = Calendar.objects.get(name="Board")
    account = board.account
    change = changes.intend(Change.Action.EDIT, source, by=actor, account=account, calendar=board)
    changes.finish(change, Change.Outcome.DONE)

    assert found(client, "BOARD")["calendars"] == ("1", ["Board"])
    assert found(client, "board")["activity"][0] == "1"
    assert account.email in found(client, account.email[:9])["accounts"][1]
    assert found(client, "mia")["people"] == ("1", ["Mia Manager"])
    assert found(client, "no such thing") == {}
    assert asked() == []


def test_each_row_and_each_list_is_a_link(client: Client, accounts: Accounts) -> None:
    board = Calendar.objects.get(name="Board")
    page = read(send(client, client.get(at("accounts")), at("search"), q="board"))

    assert of("calendar-edit", board) in page.links.values()
    assert f"{at('calendars')}?q=board" in page.links.values()
    assert page.title.startswith("Found for “board”")
    assert page.form(button="Name or address").values == {"q": "board"}


def test_what_an_owner_has_switched_off_is_not_found_by_others(
    source: Source, manager: User, actor: Actor, client: Client
) -> None:
    bos = keys.source(give_key(person("bo"), "bo"), source.workspace)
    mirror.read(bos)
    off = Calendar.objects.get(name="School runs")
    changes.intend(Change.Action.EDIT, bos, by=actor, account=off.account, calendar=off)

    assert found(client, "school") == {}
    assert bos.key.owner is not None
    assert set(found(signed_in(bos.key.owner), "school")) == {"calendars", "activity"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_people_are_found_by_managers_alone(
    role: Role, viewer: User, accounts: Accounts, manager: User
) -> None:
    User.objects.filter(pk=viewer.pk).update(role=role.word)

    assert "people" not in found(signed_in(viewer), "mia")
    assert "people" in found(signed_in(manager), "mia")


def test_many_are_counted_to_a_limit_and_the_first_are_shown(
    client: Client, accounts: Accounts
) -> None:
    board = Calendar.objects.get(name="Board")
    Calendar.objects.bulk_create(
        Calendar(
            account=board.account,
            calendar_id=900_000 + number,
            external_id=f"many-{number}",
            name=f"Many {number:03}",
            search=f"many {number:03}",
            raw="{}",
            seen_at=board.seen_at,
            first_seen_at=board.first_seen_at,
        )
        for number in range(120)
    )
    with CaptureQueriesContext(connection) as few:
        found(client, "board")
    with CaptureQueriesContext(connection) as many:
        number, shown = found(client, "many")["calendars"]

    assert (number, len(shown), shown[0]) == ("more than 100", 8, "Many 000")
    assert len(many) <= len(few) <= 20


def test_without_words_or_rows_it_says_what_to_do(client: Client, accounts: Accounts) -> None:
    assert "What are you looking for?" in read(client.get(at("search"))).words
    assert "Nothing here is called so" in read(client.get(at("search"), {"q": "zzz"})).words

    Source.objects.update(last_good_at=None)
    assert "Nothing was loaded" in read(client.get(at("search"), {"q": "zzz"})).words
