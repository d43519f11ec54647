"""A preview that is confirmed."""

from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Calendar, Change, Draft
from integrations.sandbox import Sandbox
from tests.browsing import read
from tests.conftest import signed_in
from tests.views.addresses import at
from tests.views.walking import choose, run, select, work

Accounts = dict[str, Account]


def test_it_begins_a_batch_that_the_worker_carries_out(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")
    page = choose(
        client,
        select(client, *rooms, query="?q=rooms"),
        background_color_choice="set",
        background_color="0B8043",
        selected_choice="off",
        note="Quiet please",
    )
    assert "4 calendars change. Nothing is sent yet." in read(page).words

    answer = run(client, page)

    batch = Batch.objects.get()
    assert answer.request["PATH_INFO"].endswith(f"/batches/{batch.pk}/")
    assert "0 of 4 done" in read(answer).words
    assert (batch.note, batch.back, batch.actor_name) == ("Quiet please", "q=rooms", "Mia Manager")
    assert Draft.objects.get().batch == batch
    work(batch)
    theirs = [
        sandbox.world.calendar(room.account.integration_id, room.calendar_id) for room in rooms
    ]
    assert {(c["background_color"], c["selected"]) for c in theirs} == {("#0b8043", False)}
    assert {change.outcome for change in Change.objects.all()} == {"done"}
    words = read(client.get(answer.request["PATH_INFO"])).words
    assert "4 of 4 done." in words


def test_pressed_twice_it_is_one_batch(client: Client, accounts: Accounts) -> None:
    room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
    page = choose(client, select(client, room), selected_choice="off")

    first, second = run(client, page), run(client, page)

    assert Batch.objects.count() == 1
    assert first.request["PATH_INFO"] == second.request["PATH_INFO"]
    draft = Draft.objects.get()
    for name in ("bulk-fields", "draft-preview"):
        assert client.get(at(name, draft.pk))["Location"] == at("batch", Batch.objects.get().pk)
    assert client.post(at("draft-reselect", draft.pk), {"take": "1"}).status_code == 302


def test_what_has_moved_since_the_preview_is_shown_and_nothing_begun(
    client: Client, accounts: Accounts
) -> None:
    rooms = accounts["rooms@example.net"].calendars.order_by("pk")
    Calendar.objects.filter(pk=rooms[2].pk).update(background_color="#0b8043")
    page = choose(
        client, select(client, *rooms), background_color_choice="set", background_color="0b8043"
    )
    Calendar.objects.filter(pk=rooms[0].pk).update(background_color="#111111")
    Calendar.objects.filter(pk=rooms[1].pk).update(background_color="#0b8043")
    Calendar.objects.filter(pk=rooms[2].pk).update(background_color="#222222")

    answer = run(client, page, note="Kept")

    words = read(answer).words
    assert answer.status_code == 409
    assert not Batch.objects.exists()
    assert "Nothing was begun: something has changed since the preview" in words
    assert "1 calendar has other values now." in words
    assert "1 more calendar would be changed." in words
    assert "1 calendar would not be changed any more." in words
    assert "Look at: " in words
    assert "#111111 → becomes #0b8043" in words
    assert read(answer).form("/run/").values["note"] == "Kept"
    assert "0 of 3 done" in read(run(client, answer)).words


def test_a_preview_on_another_tab_is_not_what_was_seen_here(
    client: Client, accounts: Accounts
) -> None:
    room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
    here = choose(
        client, select(client, room), background_color_choice="set", background_color="0b8043"
    )
    Calendar.objects.filter(pk=room.pk).update(background_color="#111111")
    client.get(here.request["PATH_INFO"])

    assert run(client, here).status_code == 409
    assert not Batch.objects.exists()


def test_where_everything_has_become_so_meanwhile_there_is_nothing_to_do(
    client: Client, accounts: Accounts
) -> None:
    room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
    page = choose(client, select(client, room), selected_choice="off")
    Calendar.objects.filter(pk=room.pk).update(selected=False)
    answer = run(client, page)
    assert "Nothing would change, so there is nothing to send." in read(answer).words

    forced = client.post(
        at("draft-run", Draft.objects.get().pk), {"digest": answer.context["digest"]}
    )

    assert forced.status_code == 409
    assert not Batch.objects.exists()


def test_a_draft_is_its_persons_alone(client: Client, accounts: Accounts, editor: User) -> None:
    room = accounts["rooms@example.net"].calendars.order_by("pk")[0]
    page = choose(client, select(client, room), selected_choice="off")
    here, digest = at("draft-run", Draft.objects.get().pk), page.context["digest"]

    assert signed_in(editor).post(here, {"digest": digest}).status_code == 404
