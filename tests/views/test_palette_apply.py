"""A pair of the palette given to calendars that match."""

from collections.abc import Callable

import pytest
from django.test import Client

from integrations.models import Account, Calendar, Change, Draft, Source
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at
from tests.views.walking import follow, run

Accounts = dict[str, Account]
HERE = "/w/4400001/palette/sky/apply/"
SKY = {"background_color": "#86c5ff", "foreground_color": "#000000"}


@pytest.fixture
def blue(accounts: Accounts) -> list[Calendar]:
    """The rooms, of which two have one background in different spellings."""
    rooms = list(accounts["rooms@example.net"].calendars.order_by("pk"))
    for room, colour in zip(rooms, ("#00F", "0000ff"), strict=False):
        Calendar.objects.filter(pk=room.pk).update(background_color=colour)
    return rooms[:2]


def test_it_offers_the_backgrounds_in_use(client: Client, blue: list[Calendar]) -> None:
    page = read(client.get(HERE))

    assert page.links["#0000ff 2 calendars"] == "?colour=%230000ff"
    assert "Preview Sky on 30 calendars" in page.words


def test_it_finds_a_background_however_it_is_spelt(client: Client, blue: list[Calendar]) -> None:
    for asked in ("%230000ff", "00F"):
        words = read(client.get(f"{HERE}?colour={asked}")).words

        assert "2 of 30 calendars" in words
        assert "Background: #0000ff" in words
        assert all(room.name in words for room in blue)


def test_what_matches_is_previewed_and_nothing_was_asked(
    client: Client, blue: list[Calendar], asked: Callable[[], list[str]]
) -> None:
    page = client.get(f"{HERE}?colour=00F")
    answer = send(client, page, button="Preview Sky")

    draft = Draft.objects.get()
    assert asked() == []
    assert answer["Location"] == at("draft-preview", draft.pk)
    assert draft.fields == SKY
    assert {int(pk) for pk in draft.wishes} == {room.pk for room in blue}
    words = read(client.get(answer["Location"])).words
    assert "2 calendars change. Nothing is sent yet." in words
    assert "3 requests" in words


def test_it_is_carried_out_as_a_batch(client: Client, accounts: Accounts) -> None:
    preview = follow(client, send(client, client.get(f"{HERE}?q=rooms%40"), button="Preview Sky"))

    run(client, preview, note="One look")

    changes = Change.objects.filter(batch__isnull=False)
    assert {change.email for change in changes} == {"rooms@example.net"}
    assert {change.note for change in changes} == {"One look"}


@pytest.mark.parametrize("query", ["q=nothing", "colour=reddish", "account=99999999"])
def test_a_filter_that_finds_nothing_changes_nothing(
    client: Client, accounts: Accounts, query: str
) -> None:
    assert "No calendar matches" in read(client.get(f"{HERE}?{query}")).words

    answer = client.post(HERE, {"query": query}, follow=True)

    assert "No calendar matches these filters any more." in read(answer).words
    assert not Draft.objects.exists()


def test_without_calendars_it_says_where_they_come_from(
    client: Client, accounts: Accounts, source: Source
) -> None:
    Account.objects.update(gone_at=source.last_good_at)

    assert "Go to the calendars" in read(client.get(HERE)).links


def test_it_reads_what_was_not_read_yet(
    client: Client, sandbox: Sandbox, asked: Callable[[], list[str]]
) -> None:
    assert "30 calendars" in read(client.get(HERE)).words
    assert asked() == ["list_accounts"]


def test_it_says_when_focus_could_not_be_read(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "reset")

    assert "The calendars could not be loaded yet" in read(client.get(HERE)).words


def test_a_changed_pair_leads_to_what_still_has_its_earlier_background(
    client: Client, accounts: Accounts
) -> None:
    room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
    Calendar.objects.filter(pk=room.pk).update(background_color="#86C5FF")
    page = client.get(at("palette-edit", "sky"))

    answer = send(client, page, button="Save", background_color="#99ccff")

    assert answer["Location"] == f"{HERE}?colour=%2386c5ff"
    words = read(client.get(answer["Location"])).words
    assert "Saved “Sky”. These calendars still have its earlier background." in words
    assert "1 of 30 calendars" in words


def test_the_palette_counts_the_calendars_of_each_background(
    client: Client, accounts: Accounts
) -> None:
    room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
    Calendar.objects.filter(pk=room.pk).update(background_color="86C5FF")

    page = read(client.get(at("palette")))

    address = page.links["1 calendar with the background Sky"]
    assert "1 of 30 calendars" in read(client.get(address)).words


def test_a_pair_that_is_gone_is_not_found(client: Client) -> None:
    assert client.get(at("palette-apply", "gone")).status_code == 404
