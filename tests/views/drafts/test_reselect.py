"""The filter's set has moved: take what matches now, or keep what was selected."""

from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Batch, Calendar, Draft
from tests.browsing import read, send
from tests.views.addresses import at
from tests.views.walking import choose, follow, run, select, work

Accounts = dict[str, Account]


@pytest.fixture
def page(client: Client, accounts: Accounts) -> Any:
    """The preview of all that matched "rooms", of which one matches no longer and another does."""
    preview = choose(client, select(client, query="?q=rooms", whole=True), selected_choice="off")
    room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
    Calendar.objects.filter(pk=room.pk).update(search="cellar")
    other = accounts["studio@example.com"].calendars.order_by("pk")[0]
    Calendar.objects.filter(pk=other.pk).update(search="more rooms", selected=True)
    return client.get(preview.request["PATH_INFO"])


def frozen() -> set[int]:
    """Return what the draft has frozen."""
    draft = Draft.objects.get()
    assert all(wish == {"selected": False} for wish in draft.wishes.values())
    return {int(pk) for pk in draft.wishes}


def test_it_takes_what_matches_now(client: Client, page: Any) -> None:
    answer = follow(client, send(client, page, "/reselect/", press="take"))

    matching = Calendar.objects.filter(search__contains="rooms")
    assert frozen() == {calendar.pk for calendar in matching}
    assert "4 calendars change" in read(answer).words
    assert "match now" not in read(answer).words


def test_it_keeps_what_was_selected_and_asks_no_more(
    client: Client, page: Any, accounts: Accounts
) -> None:
    answer = follow(client, send(client, page, "/reselect/", press="keep"))

    assert frozen() == {room.pk for room in accounts["rooms@example.net"].calendars.all()}
    assert "match now" not in read(answer).words
    run(client, answer)
    work(Batch.objects.get())
    assert not accounts["rooms@example.net"].calendars.filter(selected=True).exists()


def test_a_run_that_was_forced_meanwhile_asks_first(client: Client, page: Any) -> None:
    digest = page.context["digest"]

    answer = client.post(at("draft-run", Draft.objects.get().pk), {"digest": digest})

    assert answer.status_code == 409
    assert "Which do you mean?" in read(answer).words
    assert not Batch.objects.exists()


def test_where_nothing_matches_any_more_it_leads_back(client: Client, page: Any) -> None:
    Calendar.objects.update(search="cellar")

    answer = follow(client, send(client, page, "/reselect/", press="take"))

    assert "Nothing matches these filters any more." in read(answer).words


def test_what_was_ticked_stays(client: Client, page: Any, accounts: Accounts) -> None:
    Draft.objects.update(is_whole_filter=False)

    client.post(at("draft-reselect", Draft.objects.get().pk), {"take": "1"})

    assert frozen() == {room.pk for room in accounts["rooms@example.net"].calendars.all()}
