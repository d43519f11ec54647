"""What needs somebody: the first page of a workspace."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Calendar, Source
from integrations.sandbox import Sandbox
from tests.browsing import read
from tests.conftest import signed_in
from tests.teamwork import give_key, person
from tests.views.addresses import at, of

Asked = Callable[[], list[str]]
Accounts = dict[str, Account]
HEALTHY = ("alex@example.com", "studio@example.com")


def groups(client: Client, query: str = "") -> dict[str, list[Any]]:
    """Return the lines on the page by their kind."""
    response = client.get(at("overview") + query)
    assert response.status_code == 200
    return {str(group.kind): group.lines for group in response.context["groups"]}


@pytest.fixture
def calm(accounts: Accounts) -> Accounts:
    """The accounts with nothing wrong but that one is broken."""
    Calendar.objects.update(contrast=21)
    return accounts


def only(client: Client, kind: str) -> Any:
    """Return the one line of a kind."""
    [line] = groups(client)[kind]
    return line


def test_it_names_a_broken_account_who_acts_and_one_button(client: Client, asked: Asked) -> None:
    response = client.get(at("overview"))

    assert asked() == ["list_accounts"]
    page = read(response)
    account = Account.objects.get(email="events@example.com")
    assert "need attention – Overview" in page.title
    assert "events@example.com (Google) stopped giving Toggl access." in page.words
    assert "Who acts: You." in page.words
    assert page.links["Reconnect events@example.com"] == of("account-reconnect", account)


def test_it_costs_nothing_within_a_minute(client: Client, accounts: Accounts, asked: Asked) -> None:
    client.get(at("overview"))

    assert asked() == []


def test_somebody_elses_account_comes_with_a_text_to_send(client: Client, sandbox: Sandbox) -> None:
    give_key(person("bo"), "bo")

    bos = next(line for line in groups(client)["account"] if "bo.larsen" in line.title)

    assert (bos.who.name, bos.steps) == ("Bo", ())
    assert "Hello Bo," in bos.letter.text
    assert "/reconnect/, press “Continue”, and choose bo.larsen@example.net" in bos.letter.text
    assert "Text to send to Bo" in read(client.get(at("overview"))).words


def test_what_it_must_approve_comes_with_a_text_for_it(
    client: Client, sandbox: Sandbox, accounts: Accounts
) -> None:
    Account.objects.filter(email="events@example.com").update(
        state=Account.State.ADMIN, urgency=2, error_status="admin_consent_required"
    )

    line = only(client, "account")
    page = read(client.get(at("overview"))).words

    assert (line.who.name, line.steps, line.for_it) == ("IT", (), True)
    assert "Could you approve the application “Toggl”" in page


def test_a_viewer_sees_who_may_act(viewer_client: Client) -> None:
    line = only(viewer_client, "account")

    assert line.who.name == "A manager"
    assert [step.why for step in line.steps][0].startswith("Needs the role Manager")


def test_missing_permissions_are_a_kind_of_their_own(client: Client, accounts: Accounts) -> None:
    Account.objects.filter(email="studio@example.com").update(
        state=Account.State.PERMISSION,
        urgency=1,
        scopes=["https://www.googleapis.com/auth/calendar.calendarlist.readonly"],
    )

    line = only(client, "permission")

    assert line.title == "studio@example.com"
    assert "“see your events”" in line.sentence


def test_an_empty_account_is_refreshed_from_the_line(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    Account.objects.filter(email="events@example.com").update(
        state=Account.State.EMPTY, urgency=4, error_status=""
    )

    page = read(client.get(at("overview")))

    form = page.form("/refresh/")
    client.post(form.action, form.values)
    assert asked() == ["refresh"]


def test_it_says_when_nothing_is_wrong(client: Client, calm: Accounts) -> None:
    Account.objects.update(state=Account.State.WORKING, urgency=5)

    page = read(client.get(at("overview")))

    assert page.title == "Overview – Focusadmin"
    assert "Nothing needs you. Checked just now (" in page.words


def test_it_does_not_claim_that_all_is_well_where_focus_did_not_answer(
    client: Client, sandbox: Sandbox, calm: Accounts
) -> None:
    Account.objects.update(state=Account.State.WORKING, urgency=5)
    Source.objects.update(last_good_at="2026-01-01T00:00Z")
    sandbox.fault("list_accounts", "status", status=503)

    words = read(client.get(at("overview"))).words

    assert "Nothing needs you" not in words
    assert "Not everything could be looked at" in words
    assert "Focus cannot be reached" in words


def test_it_tells_what_was_never_loaded(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "status", status=503)

    words = read(client.get(at("overview"))).words

    assert "The accounts could not be loaded yet" in words
    assert "Nothing needs you" not in words


def test_an_empty_workspace_leads_to_connecting(client: Client, sandbox: Sandbox) -> None:
    sandbox.world.person("alex@example.com").accounts.clear()

    page = read(client.get(at("overview")))

    assert "No account is connected yet" in page.words
    assert page.links["Connect calendar"] == at("account-connect")


def test_what_others_keep_to_themselves_is_not_there(sandbox: Sandbox, db: None) -> None:
    give_key(person("bo"), "bo")

    lines = groups(signed_in(person("eve")))["account"]

    assert [line.title for line in lines] == ["events@example.com"]
