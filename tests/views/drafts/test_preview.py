"""What a draft would do, before it does it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Batch, Calendar, Change, Draft, Key, Quota, Source
from integrations.sandbox import Sandbox
from integrations.services import drafts, mirror, quotas
from tests.browsing import read
from tests.conftest import signed_in
from tests.services.answers import account, answer, calendar
from tests.views.addresses import at
from tests.views.walking import choose, select

Accounts = dict[str, Account]
GREEN = {"background_color_choice": "set", "background_color": "#0b8043"}


@pytest.fixture
def rooms(accounts: Accounts) -> list[Calendar]:
    """Four calendars of one account."""
    return list(accounts["rooms@example.net"].calendars.order_by("pk"))


def wished(
    person: User, rooms: list[Calendar], kind: Batch.Kind = Batch.Kind.UNDO, **more: Any
) -> str:
    """Make a draft of another kind, and return the address of its preview."""
    workspace = rooms[0].account.source.workspace
    wishes = {room.pk: {"background_color": "#0b8043"} for room in rooms}
    return at("draft-preview", drafts.wish(person, workspace, kind, wishes, **more).pk)


def test_it_shows_old_and_new_with_swatches(client: Client, rooms: list[Calendar]) -> None:
    page = choose(client, select(client, *rooms), selected_choice="off", **GREEN)

    words = read(page).words
    assert "4 calendars change. Nothing is sent yet." in words
    assert "Studio floor rooms@example.net (Outlook)" in words
    assert "Background colour #986f0b → becomes #0b8043" in words
    assert "In Focus On → becomes Off" in words
    html = page.content.decode()
    assert html.count('fill="#0b8043"') == 8  # each once in its change, and once as it will look
    assert 'fill="#986f0b"' in html
    assert "Change 4 calendars" in words


def test_it_asks_focus_for_nothing_that_was_just_read(
    client: Client, rooms: list[Calendar], asked: Callable[[], list[str]]
) -> None:
    choose(client, select(client, *rooms), **GREEN)

    assert asked() == []
    assert not Change.objects.exists()


def test_it_looks_again_where_the_look_is_old(
    client: Client, rooms: list[Calendar], sandbox: Sandbox, asked: Callable[[], list[str]]
) -> None:
    page = choose(client, select(client, *rooms), **GREEN)
    room = rooms[0]
    sandbox.world.calendar(room.account.integration_id, room.calendar_id).update(
        background_color="#0b8043"
    )
    Source.objects.update(last_good_at=timezone.now() - timedelta(hours=1))

    page = client.get(page.request["PATH_INFO"])

    assert asked() == ["list_accounts"]
    assert "3 calendars change" in read(page).words


def test_what_is_so_already_is_skipped_and_listed(client: Client, rooms: list[Calendar]) -> None:
    Calendar.objects.filter(pk=rooms[0].pk).update(background_color="0B8043")

    words = read(choose(client, select(client, *rooms), **GREEN)).words

    assert "3 calendars change" in words
    assert "1 is like this already, and is skipped" in words
    assert f"rooms@example.net (Outlook) {rooms[0].name}" in words


def test_where_nothing_would_change_there_is_nothing_to_press(
    client: Client, rooms: list[Calendar]
) -> None:
    page = choose(client, select(client, *rooms), selected_choice="on")

    assert "Nothing would change, so there is nothing to send." in read(page).words
    assert not any(form.action.endswith("/run/") for form in read(page).forms)


def test_what_is_blocked_is_named_with_the_reason(
    client: Client, rooms: list[Calendar], source: Source
) -> None:
    for room in rooms:
        sent = {k: v for k, v in json.loads(room.raw).items() if k != "remind_tracking"}
        Calendar.objects.filter(pk=room.pk).update(raw=json.dumps(sent))
    page = choose(client, select(client, *rooms), remind_tracking_choice="on")
    assert "Focus does not offer this field for it" in read(page).words
    assert "Remind me to track" in read(page).words

    Calendar.objects.filter(pk=rooms[0].pk).update(gone_at=timezone.now())
    words = read(client.get(page.request["PATH_INFO"])).words

    assert "1 calendar is no longer there, or not yours to see." in words


def test_the_calendars_of_a_key_that_is_not_lent_are_blocked(
    editor_client: Client, rooms: list[Calendar], manager: User, source: Source
) -> None:
    page = choose(editor_client, select(editor_client, *rooms), **GREEN)
    Key.objects.update(doubted_at=timezone.now())

    words = read(editor_client.get(page.request["PATH_INFO"])).words

    assert "The key is not used for changes at the moment" in words


def test_an_undo_shows_what_is_there_now_instead(
    client: Client, manager: User, rooms: list[Calendar]
) -> None:
    expects = {rooms[0].pk: {"background_color": "#111111"}}
    missing = [{"name": "Old room", "email": "rooms@example.net"}]

    page = client.get(wished(manager, rooms, expects=expects, missing=missing))

    words = read(page).words
    assert "Preview of the undo" in words
    assert "Undo it for 3 calendars" in words
    assert "Somebody has changed it since" in words
    assert f"Now: Background colour: {rooms[0].background_color}" in words
    assert "These were not found: Old room — rooms@example.net" in words


@pytest.mark.parametrize("kind", list(Batch.Kind))
def test_every_kind_has_its_words(
    client: Client, manager: User, rooms: list[Calendar], kind: Batch.Kind
) -> None:
    here = wished(manager, rooms, kind)
    Draft.objects.update(fields={"background_color": "#0b8043"})

    page = read(client.get(here))

    assert page.title.startswith("Preview of ")
    assert any(form.action.endswith("/run/") for form in page.forms)


def test_an_account_that_needs_attention_is_warned_of(client: Client, accounts: Accounts) -> None:
    broken = accounts["events@example.com"]

    words = read(choose(client, select(client, *broken.calendars.all()), **GREEN)).words

    assert "This account needs attention first" in words
    assert "events@example.com (Google)" in words


@pytest.mark.parametrize(
    ("left", "most", "minutes", "told"),
    [
        (188, 200, 30, "5 requests; 188 left this hour, 20 of which stay for the key’s owner."),
        (None, None, None, "The shared key 5 requests"),
        (188, 200, -1, "The shared key 5 requests"),
        (23, 200, 30, "stay for the key’s owner: 3 now, the rest after "),
        (2, 200, 30, "stay for the key’s owner: 0 now, the rest after "),
        (3, 9, None, "3 left this hour, 1 of which stay for the key’s owner: 2 now, the rest when"),
    ],
)
def test_it_says_what_it_costs(
    client: Client,
    rooms: list[Calendar],
    source: Source,
    left: int | None,
    most: int | None,
    minutes: int | None,
    told: str,
) -> None:
    page = choose(client, select(client, *rooms), **GREEN)
    resets_at = None if minutes is None else timezone.now() + timedelta(minutes=minutes)
    Quota.objects.update(remaining=left, most=most, resets_at=resets_at)

    assert told in read(client.get(page.request["PATH_INFO"])).words


def test_it_is_paged(client: Client, rooms: list[Calendar], settings: LazySettings) -> None:
    settings.PAGE_SIZE = 3
    page = choose(client, select(client, *rooms), **GREEN)
    assert len(page.context["rows"]) == 3

    page = client.get(page.request["PATH_INFO"] + "?page=2")

    assert len(page.context["rows"]) == 1
    assert "Change 4 calendars" in read(page).words


def test_it_warns_of_colours_that_become_hard_to_read(
    client: Client, rooms: list[Calendar]
) -> None:
    Calendar.objects.update(foreground_color="#ffffff")

    page = choose(
        client, select(client, *rooms), background_color_choice="set", background_color="#ffff00"
    )

    assert "1.0:1 – hard to read" in read(page).words


def test_a_bulk_edit_without_a_choice_leads_to_the_fields(
    client: Client, rooms: list[Calendar]
) -> None:
    select(client, *rooms)
    draft = Draft.objects.get()

    answer = client.get(at("draft-preview", draft.pk))

    assert answer["Location"] == at("bulk-fields", draft.pk)


def test_a_draft_is_its_persons_alone(
    client: Client, manager: User, rooms: list[Calendar], db: Any
) -> None:
    other = User.objects.create_local(
        email="max@example.com", name="Max", password=None, role=Role.MANAGER
    )

    assert signed_in(other).get(wished(manager, rooms)).status_code == 404


class TestMovedSet:
    """Everything that matched was selected, and now something else matches."""

    @pytest.fixture
    def here(self, client: Client, accounts: Accounts) -> str:
        """The preview of all that matched "rooms"; one matches no longer, and another one does."""
        page = choose(client, select(client, query="?q=rooms", whole=True), **GREEN)
        assert "4 calendars change" in read(page).words
        room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
        Calendar.objects.filter(pk=room.pk).update(search="cellar")
        other = accounts["studio@example.com"].calendars.order_by("pk")[:2]
        Calendar.objects.filter(pk__in=[c.pk for c in other]).update(search="more rooms")
        return str(page.request["PATH_INFO"])

    def test_it_says_so_and_asks_again(self, client: Client, here: str) -> None:
        page = read(client.get(here))

        assert "2 more calendars match now." in page.words
        assert "1 of the selected no longer matches." in page.words
        assert page.form("/reselect/", button="Take what matches now")
        assert "Keep the 4 that were selected" in page.words
        assert not any(form.action.endswith("/run/") for form in page.forms)

    def test_ticked_calendars_are_not_the_filters(
        self, client: Client, here: str, accounts: Accounts
    ) -> None:
        room = accounts["rooms@example.net"].calendars.order_by("pk")[1]
        page = choose(client, select(client, room, query="?q=rooms"), **GREEN)

        assert "match now" not in read(page).words


def test_fifteen_hundred_calendars_make_one_preview(
    client: Client, source: Source, sandbox: Sandbox
) -> None:
    crowd = [
        account(n, f"a{n}@example.com", calendars=[calendar(n * 100 + c) for c in range(50)])
        for n in range(1, 31)
    ]
    answer(sandbox, *crowd)
    mirror.read(source)
    began = timezone.now()

    page = choose(client, select(client, whole=True), **GREEN)

    assert "1500 calendars change" in read(page).words
    assert len(page.context["rows"]) == 100
    assert timezone.now() - began < timedelta(seconds=30)
    assert quotas.of(source) is not None
