"""The form of one calendar."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from integrations.models import Account, Calendar, Change, Source
from integrations.sandbox import Sandbox
from integrations.services import mirror
from tests.browsing import read, send
from tests.services.answers import account, answer
from tests.services.answers import calendar as made
from tests.views.addresses import of

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]
Outcome = Change.Outcome
SAVE = ["list_calendars", "update_calendar"]


@pytest.fixture
def calendar(accounts: Accounts) -> Calendar:
    """A calendar without anything odd."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


@pytest.fixture
def here(calendar: Calendar) -> str:
    """The address of its form."""
    return of("calendar-edit", calendar)


def theirs(sandbox: Sandbox, calendar: Calendar) -> dict[str, Any]:
    """Return what Focus has."""
    return sandbox.world.calendar(calendar.account.integration_id, calendar.calendar_id)


def find(accounts: Accounts, email: str, name: str) -> Calendar:
    """Return a calendar by its account and name."""
    return accounts[email].calendars.get(name=name)


class TestShowing:
    """The form as it is first met."""

    def test_it_shows_what_focus_has(self, client: Client, here: str, asked: Asked) -> None:
        page = read(client.get(here))

        values = page.form(button="Save").values
        assert asked() == []
        assert (values["background_color"], values["foreground_color"]) == ("#616161", "#6b6b6b")
        assert values["selected"] == "on"
        assert values["default_project_id"] == ""
        assert "focus_auto_track" not in values
        assert "Equipment — studio@example.com (Google)" in page.title

    def test_it_reads_first_when_its_rows_are_old(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> None:
        Source.objects.update(last_good_at=timezone.now() - timedelta(seconds=61))
        theirs(sandbox, calendar)["background_color"] = "#abcdef"

        page = read(client.get(here))

        assert asked() == ["list_accounts"]
        assert page.form(button="Save").values["background_color"] == "#abcdef"

    def test_it_warns_of_colours_that_are_hard_to_read(self, client: Client, here: str) -> None:
        response = client.get(here)

        assert (response.context["ratio"], response.context["readable"]) == ("1.1", False)
        assert "1.1" in read(response).words

    def test_it_shows_a_stored_text_that_is_no_colour_as_it_is(
        self, client: Client, accounts: Accounts
    ) -> None:
        odd = find(accounts, "alex.admin@example.net", "Named, not coloured")

        response = client.get(of("calendar-edit", odd))

        page = read(response)
        assert page.form(button="Save").values["background_color"] == "lightyellow"
        assert "Focus has “lightyellow” here" in page.words
        assert "#000000" not in page.words

    def test_it_shows_a_field_only_where_focus_has_it(
        self, client: Client, source: Source, sandbox: Sandbox
    ) -> None:
        sandbox.switches.dialect = "documented"
        mirror.read(source)
        calendar = Calendar.objects.get(name="Equipment")

        page = client.get(of("calendar-edit", calendar))

        assert "Plan automatically in Focus" not in read(page).words
        assert "Track automatically" not in read(page).words
        assert "Remind me to track" in read(page).words

    def test_it_says_that_the_account_needs_attention(
        self, client: Client, accounts: Accounts
    ) -> None:
        broken = find(accounts, "events@example.com", "Workshops")

        words = read(client.get(of("calendar-edit", broken))).words

        assert "This account needs attention first" in words

    def test_it_leads_to_the_account_when_the_calendar_is_gone(
        self, client: Client, here: str, calendar: Calendar
    ) -> None:
        calendar.gone_at = timezone.now()
        calendar.save()

        response = client.get(here)

        assert response["Location"] == of("account", calendar.account)
        assert (
            "Equipment is no longer in this account" in read(client.get(response["Location"])).words
        )

    def test_it_opens_whatever_the_calendar_holds(
        self, client: Client, source: Source, sandbox: Sandbox
    ) -> None:
        odd = made(
            1,
            "\ud800 \x00 name",
            background_color="\ud800" * 900,
            foreground_color="#fff\n",
            default_project_id=-7,
            default_workspace_id=10**30,
            selected="maybe",
            price=float("nan"),
        )
        answer(sandbox, account(1, "a@example.com", calendars=[odd]))
        mirror.read(source)

        response = client.get(of("calendar-edit", Calendar.objects.get()))

        assert response.status_code == 200

    @pytest.mark.parametrize(("external_id", "remembered"), [("same", True), ("", False)])
    def test_it_remembers_what_was_done_before_a_reconnect_by_the_external_id(
        self,
        client: Client,
        source: Source,
        sandbox: Sandbox,
        external_id: str,
        remembered: bool,
    ) -> None:
        for integration_id, calendar_id in ((1, 11), (2, 22)):
            calendars = [made(calendar_id, "Team", external_id=external_id)]
            answer(sandbox, account(integration_id, "a@example.com", calendars=calendars))
            mirror.read(source)
        Change.objects.create(
            action="edit",
            outcome="done",
            key=source.key_id,
            workspace_id=4400001,
            integration_id=1,
            calendar_id=11,
            calendar_name="Team",
            external_id=external_id,
        )

        page = read(client.get(of("calendar-edit", Calendar.objects.get(calendar_id=22))))

        assert ("Edited Team" in page.words) is remembered


class TestSaving:
    """What is sent, and what it costs."""

    def test_it_sends_only_what_was_touched_for_two_requests(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> None:
        raw = calendar.raw.encode()

        response = send(client, client.get(here), button="Save", background_color="#123456")

        assert asked() == SAVE
        assert response["Location"] == here
        sent = sandbox.requests[-1].body
        assert sent == raw.replace(b'"#616161"', b'"#123456"')
        change = Change.objects.get()
        assert (change.outcome, change.actor_name) == (Outcome.DONE, "Mia Manager")
        assert change.before == {"background_color": "#616161"}
        assert change.after == {"background_color": "#123456"}

    def test_it_says_that_it_saved_and_that_focus_has_not_confirmed_it_yet(
        self, client: Client, here: str, asked: Asked
    ) -> None:
        send(client, client.get(here), button="Save", background_color="#123456")
        asked()

        page = read(client.get(here))

        assert "Saved Equipment" in page.words
        assert "not confirmed by Focus yet" in page.words
        assert page.form(button="Save").values["background_color"] == "#123456"
        assert "Edited Equipment" in page.words
        assert asked() == []

    def test_it_shows_what_focus_answered_where_it_answers(
        self, client: Client, here: str, sandbox: Sandbox, source: Source, calendar: Calendar
    ) -> None:
        sandbox.switches.dialect = "documented"
        mirror.read(source)

        send(client, client.get(here), button="Save", default_project_id="330001")

        page = read(client.get(here))
        assert "not confirmed by Focus yet" not in page.words
        assert page.form(button="Save").values["default_project_id"] == "330001"
        assert theirs(sandbox, calendar)["default_project_id"] == 330001

    def test_it_sends_nothing_where_nothing_was_touched(
        self, client: Client, here: str, asked: Asked
    ) -> None:
        response = send(client, client.get(here), button="Save")

        assert "Nothing was changed, so nothing was sent" in read(client.get(here)).words
        assert response["Location"] == here
        assert asked() == []
        assert not Change.objects.exists()

    @pytest.mark.parametrize("name", ["No colours yet", "Named, not coloured", "Board"])
    def test_it_takes_no_odd_value_for_an_edit(
        self, client: Client, accounts: Accounts, asked: Asked, name: str
    ) -> None:
        calendar = find(accounts, "alex.admin@example.net", name)

        send(client, client.get(of("calendar-edit", calendar)), button="Save")

        assert asked() == []

    def test_it_takes_neither_null_nor_nought_for_an_edit(
        self, client: Client, accounts: Accounts, sandbox: Sandbox
    ) -> None:
        calendar = find(accounts, "studio@example.com", "Deliveries")

        send(client, client.get(of("calendar-edit", calendar)), button="Save", selected=None)

        after = theirs(sandbox, calendar)
        assert after["selected"] is False
        assert after["default_workspace_id"] == 0
        assert after["default_planned_task_id"] is None
        assert (after["background_color"], after["foreground_color"]) == ("#fff", "#000")

    def test_an_unreadable_colour_stays_when_something_else_is_saved(
        self, client: Client, accounts: Accounts, sandbox: Sandbox
    ) -> None:
        calendar = find(accounts, "alex.admin@example.net", "Named, not coloured")

        send(client, client.get(of("calendar-edit", calendar)), button="Save", selected="on")

        after = theirs(sandbox, calendar)
        assert (after["selected"], after["background_color"]) == (True, "lightyellow")
        assert after["foreground_color"] == ""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("background_color", "x" * 30_000),
            ("background_color", "line\r\nbreak"),
            ("default_project_id", -7),
            ("default_project_id", 2**63 - 1),
        ],
    )
    def test_what_focus_has_never_keeps_something_else_from_being_saved(
        self, client: Client, source: Source, sandbox: Sandbox, field: str, value: object
    ) -> None:
        theirs = sandbox.world.account(710002)["calendars"][3]
        theirs[field] = value
        mirror.read(source)
        page = client.get(of("calendar-edit", Calendar.objects.get(name="Equipment")))
        shown = read(page).form(button="Save").values[field]
        typed: dict[str, Any] = {field: shown.replace("\r", "").replace("\n", "")}

        send(client, page, button="Save", selected=None, **typed)

        theirs = sandbox.world.account(710002)["calendars"][3]
        assert (theirs["selected"], theirs[field]) == (False, value)

    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ("#fff", "#ffffff"),
            ("FFF", "#ffffff"),
            (" #FFFFFF ", "#ffffff"),
            ("1a73E8", "#1a73e8"),
        ],
    )
    def test_it_accepts_colours_as_people_type_them(
        self,
        client: Client,
        here: str,
        calendar: Calendar,
        sandbox: Sandbox,
        typed: str,
        sent: str,
    ) -> None:
        send(client, client.get(here), button="Save", background_color=typed)

        assert theirs(sandbox, calendar)["background_color"] == sent

    def test_the_same_colour_written_otherwise_is_no_edit(
        self, client: Client, accounts: Accounts, asked: Asked
    ) -> None:
        calendar = find(accounts, "studio@example.com", "Deliveries")

        send(
            client,
            client.get(of("calendar-edit", calendar)),
            button="Save",
            background_color="#FFFFFF",
        )

        assert asked() == []

    def test_it_clears_a_default(
        self, client: Client, accounts: Accounts, sandbox: Sandbox
    ) -> None:
        calendar = find(accounts, "studio@example.com", "Production schedule")

        send(
            client, client.get(of("calendar-edit", calendar)), button="Save", default_project_id=""
        )

        assert theirs(sandbox, calendar)["default_project_id"] is None

    def test_it_turns_every_flag_around(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> None:
        send(
            client,
            client.get(here),
            button="Save",
            selected=None,
            auto_track="on",
            focus_auto_track="on",
            remind_tracking="on",
        )

        after = theirs(sandbox, calendar)
        flags = ("selected", "auto_track", "focus_auto_track", "remind_tracking")
        assert [after[name] for name in flags] == [False, True, True, True]
        assert asked() == SAVE

    def test_it_costs_two_however_long_the_form_was_open(
        self, client: Client, here: str, asked: Asked
    ) -> None:
        page = client.get(here)
        Source.objects.update(last_good_at=timezone.now() - timedelta(hours=2))

        send(client, page, button="Save", background_color="#123456")

        assert asked() == SAVE


class TestRefusing:
    """What never leaves us."""

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("background_color", "red"),
            ("background_color", "#12345"),
            ("background_color", ""),
            ("foreground_color", "rgb(0,0,0)"),
            ("foreground_color", "#fff\x00"),
            ("default_project_id", "Website"),
            ("default_project_id", "1.5"),
            ("default_project_id", "9" * 30),
        ],
    )
    def test_it_keeps_what_was_typed_and_says_what_is_wrong(
        self, client: Client, here: str, asked: Asked, field: str, typed: str
    ) -> None:
        changes: dict[str, Any] = {field: typed}

        response = send(client, client.get(here), button="Save", selected=None, **changes)

        page = read(response)
        assert "There is a problem" in page.words
        assert page.title.startswith("Error:")
        values = page.form(button="Save").values
        assert values[field] == typed
        assert "selected" not in values
        assert asked() == []
        assert not Change.objects.exists()

    def test_use_readable_text_chooses_a_colour_and_saves_nothing(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> None:
        response = send(
            client,
            client.get(here),
            button="Save",
            press="readable",
            background_color="ffffcc",
            default_project_id="5",
        )

        values = read(response).form(button="Save").values
        assert values["foreground_color"] == "#000000"
        assert (values["background_color"], values["default_project_id"]) == ("ffffcc", "5")
        assert response.context["readable"] is True
        assert asked() == []
        assert theirs(sandbox, calendar)["foreground_color"] == "#6b6b6b"
        assert not Change.objects.exists()

    def test_use_readable_text_leaves_alone_what_it_cannot_read(
        self, client: Client, here: str
    ) -> None:
        response = send(
            client, client.get(here), button="Save", press="readable", background_color="red"
        )

        values = read(response).form(button="Save").values
        assert (values["background_color"], values["foreground_color"]) == ("red", "#6b6b6b")

    @pytest.mark.few(5)
    @pytest.mark.parametrize(
        "shown",
        [
            "",
            "no json",
            "[]",
            "{}",
            "[" * 100_000,
            '{"background_color": "#616161"}',
            '{"name": "x"}',
            None,
            *(
                {field: value}
                for field, value in (
                    ("selected", "\x00"),
                    ("background_color", "\ud800"),
                    ("background_color", 7),
                    ("default_project_id", 1.5),
                    ("default_project_id", True),
                    ("default_project_id", float("nan")),
                    ("auto_track", [1]),
                )
            ),
        ],
    )
    def test_it_refuses_a_form_that_was_damaged_on_its_way(
        self, client: Client, here: str, asked: Asked, shown: object
    ) -> None:
        page = client.get(here)
        if isinstance(shown, dict):
            shown = json.dumps(json.loads(read(page).form(button="Save").values["shown"]) | shown)

        response = send(client, page, button="Save", shown=shown, background_color="#123456")

        assert "There is a problem" in read(response).words
        assert asked() == []


class TestFailing:
    """What is told when Focus does not do it."""

    @pytest.mark.few(5)
    @pytest.mark.parametrize(
        ("operation", "kind", "options", "status", "sentence", "outcome"),
        [
            ("list_calendars", "status", {"status": 503}, 502, "cannot be reached", "failed"),
            ("list_calendars", "reset", {}, 502, "cannot be reached", "failed"),
            ("list_calendars", "wrong_shape", {}, 502, "cannot read", "failed"),
            ("list_calendars", "quota", {}, 503, "hourly requests are used up", "refused"),
            ("list_calendars", "status", {"status": 404}, 404, "does not have this", "refused"),
            ("update_calendar", "status", {"status": 400}, 502, "did not accept", "refused"),
            ("update_calendar", "status", {"status": 401}, 502, "refuses this", "refused"),
            ("update_calendar", "status", {"status": 403}, 502, "does not allow", "refused"),
            ("update_calendar", "quota", {}, 503, "hourly requests are used up", "refused"),
            ("update_calendar", "status", {"status": 500}, 502, "do not know whether", "unknown"),
            ("update_calendar", "reset", {}, 502, "do not know whether", "unknown"),
            ("update_calendar", "cut", {}, 502, "do not know whether", "unknown"),
            ("update_calendar", "html", {"status": 200}, 502, "do not know whether", "unknown"),
            ("update_calendar", "bad_json", {}, 502, "do not know whether", "unknown"),
        ],
    )
    def test_it_keeps_what_was_typed_and_tells_the_truth(
        self,
        client: Client,
        here: str,
        sandbox: Sandbox,
        operation: str,
        kind: str,
        options: dict[str, int],
        status: int,
        sentence: str,
        outcome: str,
    ) -> None:
        form = client.get(here)
        sandbox.fault(operation, kind, **options)

        response = send(client, form, button="Save", background_color=" ABC", selected=None)

        assert response.status_code == status
        page = read(response)
        assert sentence in page.words
        is_told = re.search(r"Nothing was (saved|changed)\.", page.words) is not None
        assert is_told == (outcome != "unknown")
        values = page.form(button="Save").values
        assert values["background_color"] == " ABC"
        assert "selected" not in values
        change = Change.objects.get()
        assert change.outcome == outcome
        assert change.after == {"background_color": "#aabbcc", "selected": False}
        if change.trace_id:
            assert change.trace_id in page.words

    def test_it_does_not_know_what_became_of_a_write_that_took_too_long(
        self,
        client: Client,
        here: str,
        calendar: Calendar,
        sandbox: Sandbox,
        settings: LazySettings,
        asked: Asked,
    ) -> None:
        settings.FOCUS_WRITE_DEADLINE = 0.1
        sandbox.fault("update_calendar", "delay", seconds=0.5)

        response = send(client, client.get(here), button="Save", background_color="#123456")

        assert "We do not know whether this was saved" in read(response).words
        assert Change.objects.get().outcome == Outcome.UNKNOWN
        asked()
        page = read(client.get(here))
        assert asked() == ["list_accounts"]
        assert page.form(button="Save").values["background_color"] == "#123456"

    def test_the_same_form_can_be_sent_again(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox
    ) -> None:
        sandbox.fault("update_calendar", "status", status=400)
        failed = send(client, client.get(here), button="Save", background_color="#123456")

        response = send(client, failed, button="Save")

        assert response["Location"] == here
        assert theirs(sandbox, calendar)["background_color"] == "#123456"

    def test_it_says_that_somebody_else_is_saving(
        self, client: Client, here: str, calendar: Calendar, asked: Asked
    ) -> None:
        Change.objects.create(
            action="edit",
            outcome="sending",
            key=calendar.account.source.key_id,
            workspace_id=4400001,
            integration_id=710002,
            calendar_id=calendar.calendar_id,
            lease_until=timezone.now() + timedelta(seconds=30),
        )

        response = send(client, client.get(here), button="Save", background_color="#123456")

        page = read(response)
        assert response.status_code == 409
        assert "Somebody else is saving this calendar right now" in page.words
        assert page.form(button="Save").values["background_color"] == "#123456"
        assert asked() == []

    def test_it_says_that_the_calendar_has_gone(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> None:
        page = client.get(here)
        sandbox.world.account(710002)["calendars"].remove(theirs(sandbox, calendar))

        response = send(client, page, button="Save", background_color="#123456")

        assert response.status_code == 409
        assert "no longer in its account. Nothing was saved" in read(response).words
        assert asked() == ["list_calendars"]
        assert Change.objects.get().error == "gone"

    def test_it_says_what_focus_did_not_take_over(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox
    ) -> None:
        form = client.get(here)
        answer = [{**theirs(sandbox, calendar), "default_project_id": 330001}]
        sandbox.fault("update_calendar", "bad_json", body=json.dumps(answer))

        response = send(
            client, form, button="Save", background_color="#123456", default_project_id="330001"
        )

        page = read(client.get(response["Location"]))
        assert "did not take over: Background colour" in page.words
        assert page.form(button="Save").values["background_color"] == "#616161"
        assert page.form(button="Save").values["default_project_id"] == "330001"
        assert Change.objects.get().error == "not-taken"


class TestComparing:
    """Two people's edits of one calendar."""

    @pytest.fixture
    def conflict(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> Any:
        """Mia changed background and task; meanwhile somebody changed background and project."""
        page = client.get(here)
        theirs(sandbox, calendar).update(background_color="#222222", default_project_id=330002)
        response = send(
            client,
            page,
            button="Save",
            background_color="#333333",
            default_planned_task_id="220001",
        )
        assert asked() == ["list_calendars"]
        return response

    def test_it_shows_both_and_saves_nothing(
        self, conflict: Any, calendar: Calendar, sandbox: Sandbox
    ) -> None:
        assert conflict.status_code == 409
        page = read(conflict)
        assert "Somebody else changed this calendar" in page.words
        form = page.form("/", button="Save my choices")
        assert form.offered == {
            "background_color": ["#222222", "#333333"],
            "default_project_id": ["330002", ""],
        }
        assert form.values["background_color"] == "#333333"
        assert form.values["default_project_id"] == "330002"
        assert "220001" in page.words
        assert theirs(sandbox, calendar)["background_color"] == "#222222"
        assert Change.objects.get().outcome == Outcome.CONFLICT

    @pytest.mark.parametrize(
        ("background", "project", "kept"),
        [
            ("#333333", "330002", ("#333333", 330002)),
            ("#222222", "330002", ("#222222", 330002)),
            ("#333333", "", ("#333333", None)),
            ("#222222", "", ("#222222", None)),
        ],
    )
    def test_it_saves_what_was_chosen_field_by_field(
        self,
        client: Client,
        conflict: Any,
        here: str,
        calendar: Calendar,
        sandbox: Sandbox,
        asked: Asked,
        background: str,
        project: str,
        kept: tuple[str, int | None],
    ) -> None:
        response = send(
            client,
            conflict,
            button="Save my choices",
            background_color=background,
            default_project_id=project,
        )

        assert response["Location"] == here
        assert asked() == SAVE
        after = theirs(sandbox, calendar)
        assert (after["background_color"], after["default_project_id"]) == kept
        assert after["default_planned_task_id"] == 220001
        assert after["foreground_color"] == "#6b6b6b"
        assert after["selected"] is True

    def test_it_compares_again_when_it_moved_again(
        self, client: Client, conflict: Any, calendar: Calendar, sandbox: Sandbox
    ) -> None:
        theirs(sandbox, calendar)["background_color"] = "#444444"

        again = send(client, conflict, button="Save my choices")

        form = read(again).form("/", button="Save my choices")
        assert form.offered == {"background_color": ["#444444", "#333333"]}
        assert dict(form.values)["default_planned_task_id"] == "220001"

    def test_taking_everything_of_theirs_sends_nothing(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> None:
        page = client.get(here)
        theirs(sandbox, calendar)["selected"] = False
        theirs(sandbox, calendar)["background_color"] = "#222222"
        conflict = send(client, page, button="Save", background_color="#333333")
        asked()

        send(client, conflict, button="Save my choices", background_color="#222222")

        assert asked() == []

    def test_a_moved_flag_can_be_kept_or_taken(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox
    ) -> None:
        page = client.get(here)
        theirs(sandbox, calendar)["selected"] = False
        conflict = send(client, page, button="Save", background_color="#333333")
        form = read(conflict).form("/", button="Save my choices")
        assert form.offered == {"selected": ["", "on"]}

        send(client, conflict, button="Save my choices", selected="on")

        after = theirs(sandbox, calendar)
        assert (after["selected"], after["background_color"]) == (True, "#333333")

    def test_an_unreadable_colour_of_theirs_can_be_taken(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox
    ) -> None:
        page = client.get(here)
        theirs(sandbox, calendar)["background_color"] = "tomato"
        conflict = send(client, page, button="Save", background_color="#333333", selected=None)

        send(client, conflict, button="Save my choices", background_color="tomato")

        after = theirs(sandbox, calendar)
        assert (after["background_color"], after["selected"]) == ("tomato", False)

    def test_the_same_value_on_both_sides_is_no_conflict(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox
    ) -> None:
        page = client.get(here)
        theirs(sandbox, calendar)["background_color"] = "#333333"

        response = send(client, page, button="Save", background_color="#333")

        assert response["Location"] == here
        assert Change.objects.get().outcome == Outcome.DONE

    def test_our_own_last_write_is_no_conflict(
        self, client: Client, here: str, calendar: Calendar, sandbox: Sandbox, asked: Asked
    ) -> None:
        send(client, client.get(here), button="Save", background_color="#333333")

        response = send(client, client.get(here), button="Save", background_color="#444444")

        assert response["Location"] == here
        assert theirs(sandbox, calendar)["background_color"] == "#444444"
        assert asked() == SAVE * 2
