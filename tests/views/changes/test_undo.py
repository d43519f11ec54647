"""Undoing an edit from its page: then, now, the earlier value, and a choice where it moved."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, Calendar, Change, Key, Source
from integrations.sandbox import Sandbox
from integrations.services import changes, keys, mirror
from tests.browsing import Page, read, send
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.addresses import at, of

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Outcome = Change.Outcome
WRITE = ["list_calendars", "update_calendar"]


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """A calendar without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


@pytest.fixture
def edited(client: Client, calendar: Calendar, asked: Asked) -> Change:
    """Mia's edit of its colour and its project, done."""
    return edit(client, calendar, asked, background_color="#123456", default_project_id=330001)


def edit(client: Client, calendar: Calendar, asked: Asked, **fields: Any) -> Change:
    """Save a calendar's form with these fields, and forget what that cost."""
    page = client.get(of("calendar-edit", calendar))
    send(client, page, button="Save", **fields)
    asked()
    return Change.objects.latest("created_at")


def theirs(sandbox: Sandbox, calendar: Calendar) -> dict[str, Any]:
    """Return what Focus has."""
    return sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)


def undo_page(client: Client, change: Change) -> Any:
    """Open the page through the link on the change's."""
    links = read(client.get(at("change", change.pk))).links
    return client.get(links["Undo this edit…"])


def landed(client: Client, response: Any) -> Page:
    """Follow to the page that an answer leads to."""
    assert response.status_code == 302, read(response).words
    return read(client.get(response["Location"]))


class TestGoingWell:
    """Nobody touched the calendar meanwhile."""

    def test_it_shows_what_it_would_write_and_writes_nothing(
        self, client: Client, edited: Change, asked: Asked
    ) -> None:
        page = read(undo_page(client, edited))

        assert asked() == []
        assert "Background colour #123456 #616161" in page.words
        assert "Default project 330001 none" in page.words
        assert "Written then" not in page.words
        assert Change.objects.count() == 1

    def test_it_writes_the_earlier_values_back(
        self,
        client: Client,
        sandbox: Sandbox,
        calendar: Calendar,
        edited: Change,
        asked: Asked,
    ) -> None:
        page = undo_page(client, edited)

        answer = send(client, page, button="Undo this edit", note="Wrong  calendar")

        told = landed(client, answer)
        assert asked() == WRITE
        now = theirs(sandbox, calendar)
        assert (now["background_color"], now["default_project_id"]) == ("#616161", None)
        done = Change.objects.get(undoes=edited.pk)
        assert answer["Location"] == at("change", done.pk)
        assert (done.outcome, done.note) == (Outcome.DONE, "Wrong calendar")
        assert "The earlier values are back." in told.words
        assert told.links["Open the earlier edit"] == at("change", edited.pk)

    def test_it_is_undone_once_and_the_undo_can_be_undone(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change, asked: Asked
    ) -> None:
        send(client, undo_page(client, edited), button="Undo this edit")
        done = Change.objects.get(undoes=edited.pk)
        asked()

        page = read(client.get(at("change", edited.pk)))
        again = landed(client, client.post(at("change-undo", edited.pk)))

        assert page.links["Open the undo"] == at("change", done.pk)
        assert "Undo this edit…" not in page.links
        assert "It was undone." in again.words
        assert asked() == []

        send(client, undo_page(client, done), button="Undo this edit")

        assert theirs(sandbox, calendar)["background_color"] == "#123456"

    def test_it_takes_an_edit_back_without_the_page_before_it(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        client.post(at("change-undo", edited.pk))

        assert theirs(sandbox, calendar)["background_color"] == "#616161"

    def test_it_looks_first_when_its_rows_are_old(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change, asked: Asked
    ) -> None:
        Source.objects.update(last_good_at=timezone.now() - timedelta(seconds=61))
        theirs(sandbox, calendar)["background_color"] = "#abcdef"

        page = read(client.get(at("change-undo", edited.pk)))

        assert asked() == ["list_accounts"]
        assert "Background colour #123456 #abcdef #616161" in page.words


class TestConflict:
    """Somebody else has changed it since."""

    def test_what_they_wrote_stays_unless_one_chooses_otherwise(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change, asked: Asked
    ) -> None:
        page = undo_page(client, edited)
        theirs(sandbox, calendar)["background_color"] = "#abcdef"

        answer = send(client, page, button="Undo this edit", note="Oops")

        told = read(answer)
        assert (answer.status_code, asked()) == (409, ["list_calendars"])
        assert "Somebody has changed this calendar since" in told.words
        assert "Background colour #123456 #abcdef #616161" in told.words
        form = told.form(button="Undo with my choices")
        assert form.values["background_color"] == "keep"
        assert form.values["note"] == "Oops"
        assert "default_project_id" not in form.values

        landed(client, send(client, answer, button="Undo with my choices"))

        now = theirs(sandbox, calendar)
        assert (now["background_color"], now["default_project_id"]) == ("#abcdef", None)

    def test_the_changes_page_says_what_is_something_else_by_now(
        self, client: Client, source: Source, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        said = "Something else is in Focus by now:"
        assert said not in read(client.get(at("change", edited.pk))).words

        theirs(sandbox, calendar)["background_color"] = "#abcdef"
        mirror.read(source)

        assert f"{said} Background colour." in read(client.get(at("change", edited.pk))).words

    def test_the_earlier_value_can_be_chosen(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        theirs(sandbox, calendar)["background_color"] = "#abcdef"
        answer = client.post(at("change-undo", edited.pk))

        landed(client, send(client, answer, button="Undo with my choices", background_color="back"))

        now = theirs(sandbox, calendar)
        assert (now["background_color"], now["default_project_id"]) == ("#616161", None)
        done = Change.objects.get(undoes=edited.pk, outcome=Outcome.DONE)
        assert done.before == {"background_color": "#abcdef", "default_project_id": 330001}

    def test_what_moves_again_is_asked_again(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        theirs(sandbox, calendar)["background_color"] = "#abcdef"
        answer = client.post(at("change-undo", edited.pk))
        theirs(sandbox, calendar)["background_color"] = "#fedcba"

        again = send(client, answer, button="Undo with my choices", background_color="back")

        assert again.status_code == 409
        form = read(again).form(button="Undo with my choices")
        assert form.values["background_color"] == "keep"
        assert json.loads(form.values["shown"])["background_color"] == "#fedcba"
        assert theirs(sandbox, calendar)["background_color"] == "#fedcba"

    def test_the_other_choices_stay_as_they_were_made(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        theirs(sandbox, calendar).update(background_color="#abcdef", default_project_id=330002)
        answer = client.post(at("change-undo", edited.pk))
        theirs(sandbox, calendar)["background_color"] = "#fedcba"

        again = send(
            client,
            answer,
            button="Undo with my choices",
            background_color="back",
            default_project_id="back",
        )

        values = read(again).form(button="Undo with my choices").values
        assert (values["background_color"], values["default_project_id"]) == ("keep", "back")

    def test_leaving_everything_as_it_is_writes_nothing(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change, asked: Asked
    ) -> None:
        theirs(sandbox, calendar).update(background_color="#abcdef", default_project_id=330002)
        answer = client.post(at("change-undo", edited.pk))
        asked()

        told = landed(client, send(client, answer, button="Undo with my choices"))

        assert asked() == []
        assert "Nothing was changed, so nothing was sent." in told.words

    def test_a_conflict_is_on_record_and_the_undo_may_be_tried_again(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        theirs(sandbox, calendar)["background_color"] = "#abcdef"
        client.post(at("change-undo", edited.pk))

        page = read(client.get(at("change", edited.pk)))

        tried = Change.objects.get(undoes=edited.pk)
        assert tried.outcome == Outcome.CONFLICT
        assert page.links["Open what was tried"] == at("change", tried.pk)
        assert "Undo this edit…" in page.links

    def test_with_the_earlier_values_in_place_there_is_nothing_to_undo(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        edit_back = theirs(sandbox, calendar)
        edit_back.update(background_color="#616161", default_project_id=None)
        Source.objects.update(expired_at=timezone.now())

        page = read(client.get(at("change-undo", edited.pk)))

        assert "has the earlier values already" in page.words
        assert "It has this already." in page.words
        assert not [form for form in page.forms if "Undo" in form.words]


class TestNotPossible:
    """What the page says where nothing can be written back."""

    def test_a_calendar_that_is_gone(
        self, client: Client, calendar: Calendar, edited: Change, asked: Asked
    ) -> None:
        Calendar.objects.filter(pk=calendar.pk).update(gone_at=timezone.now())

        page = read(client.get(at("change", edited.pk)))
        answer = landed(client, client.post(at("change-undo", edited.pk)))

        assert "The calendar is no longer there" in page.words
        assert "Undo this edit…" not in page.links
        assert "The calendar is no longer there" in answer.words
        assert asked() == []

    def test_a_calendar_that_goes_at_this_moment(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change, asked: Asked
    ) -> None:
        page = undo_page(client, edited)
        theirs(sandbox, calendar)["deleted_at"] = "2025-01-01T00:00:00Z"

        told = landed(client, send(client, page, button="Undo this edit"))

        assert asked() == ["list_calendars"]
        assert "The calendar is no longer there" in told.words

    def test_a_key_that_is_gone(self, client: Client, edited: Change) -> None:
        stranger = keys.Key.objects.create(owner=person("bo"), fingerprint="f")
        Change.objects.filter(pk=edited.pk).update(key=stranger.pk, integration_id=77)
        stranger.delete()

        page = read(client.get(at("change", edited.pk)))
        answer = landed(client, client.post(at("change-undo", edited.pk)))

        assert "The key that it was made through is no longer there." in page.words
        assert "no longer there" in answer.words

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"error": "already-so"}, "Nothing was written, so there is nothing to undo."),
            ({"outcome": "failed"}, ""),
            ({"action": "refresh"}, ""),
        ],
    )
    def test_a_change_that_wrote_nothing(
        self, client: Client, edited: Change, fields: dict[str, str], sentence: str, asked: Asked
    ) -> None:
        Change.objects.filter(pk=edited.pk).update(**fields)

        page = read(client.get(at("change", edited.pk)))
        client.post(at("change-undo", edited.pk))

        assert sentence in page.words
        assert "Undo this edit…" not in page.links
        assert asked() == []

    def test_fields_that_focus_no_longer_offers_stay(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        after = edited.after | {"focus_auto_track": True}
        Change.objects.filter(pk=edited.pk).update(after=after)
        Calendar.objects.filter(pk=calendar.pk).update(raw='{"calendar_id": 1}')

        page = client.get(at("change-undo", edited.pk))

        assert "they stay as they are: Plan automatically in Focus." in read(page).words


class TestTrouble:
    """What Focus or somebody else may do in between."""

    def test_somebody_is_writing(self, client: Client, edited: Change, asked: Asked) -> None:
        page = undo_page(client, edited)
        Change.objects.create(
            action="edit",
            outcome="sending",
            integration_id=edited.integration_id,
            calendar_id=edited.calendar_id,
            key=edited.key,
            workspace_id=edited.workspace_id,
            lease_until=changes.lease(),
        )

        told = landed(client, send(client, page, button="Undo this edit"))

        assert "Somebody else is saving this calendar right now." in told.words
        assert asked() == []

    def test_focus_keeps_other_values(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change
    ) -> None:
        kept = dict(theirs(sandbox, calendar))
        sandbox.fault("update_calendar", "bad_json", body=json.dumps([kept]).encode())

        told = landed(client, client.post(at("change-undo", edited.pk)))

        assert "did not take over: Background colour, Default project" in told.words
        assert "Open what was tried" in told.links

    def test_focus_does_not_answer(self, client: Client, sandbox: Sandbox, edited: Change) -> None:
        sandbox.fault("update_calendar", "status", status=500)

        answer = client.post(at("change-undo", edited.pk))

        assert "We do not know whether this was saved" in read(answer).words
        assert Change.objects.get(undoes=edited.pk).outcome == Outcome.UNKNOWN

    @pytest.mark.parametrize(
        "shown", ["{", "[]", "[" * 100_000, '{"background_color": 7, "name": "x"}']
    )
    def test_a_damaged_form_counts_as_showing_what_was_written(
        self, client: Client, sandbox: Sandbox, calendar: Calendar, edited: Change, shown: str
    ) -> None:
        answer = client.post(at("change-undo", edited.pk), {"shown": shown})

        assert answer.status_code == 302
        assert theirs(sandbox, calendar)["background_color"] == "#616161"


class TestOthers:
    """People and their keys."""

    @pytest.fixture
    def bos(self, client: Client, source: Source, asked: Asked) -> Change:
        """Mia's switching off of a calendar of Bo, who lets managers act."""
        found = keys.source(give_key(person("bo"), "bo", Key.Visibility.ACT), source.workspace)
        mirror.read(found)
        calendar = Calendar.objects.get(account__source=found, name="On call")
        return edit(client, calendar, asked, selected=None)

    def test_who_switched_a_calendar_off_switches_it_on_again_unseen(
        self, client: Client, bos: Change, sandbox: Sandbox
    ) -> None:
        page = undo_page(client, bos)

        assert "On call" not in read(page).words
        assert "Undo the edit of a calendar that is switched off" in read(page).words

        landed(client, send(client, page, button="Undo this edit"))

        assert sandbox.world.calendar(bos.integration_id, bos.calendar_id)["selected"] is True

    def test_without_the_owners_leave_the_button_says_why(
        self, client: Client, bos: Change, asked: Asked
    ) -> None:
        Key.objects.filter(pk=bos.key).update(visibility=Key.Visibility.HEALTH)

        page = read(client.get(at("change", bos.pk)))
        answer = client.post(at("change-undo", bos.pk))

        assert "Not your key: Bo has not allowed you to act in their name." in page.words
        assert (answer.status_code, asked()) == (403, [])

    def test_a_viewer_is_told_what_it_needs(
        self, edited: Change, viewer: User, asked: Asked
    ) -> None:
        page = read(signed_in(viewer).get(at("change", edited.pk)))

        assert "Needs the role Editor" in page.words
        assert "Undo this edit…" not in page.links

    def test_the_undo_is_in_the_name_of_who_undoes(
        self, edited: Change, editor_client: Client
    ) -> None:
        editor_client.post(at("change-undo", edited.pk))

        done = Change.objects.get(undoes=edited.pk)
        assert (done.actor_name, done.role) == ("Ed Editor", Role.EDITOR.word)
