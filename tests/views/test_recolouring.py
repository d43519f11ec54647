"""The question which colours stay after a refresh, on the pages that ask it."""

from typing import Any

import pytest
from django.test import Client

from integrations.models import Account, Batch, Change, Draft, Recolouring
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.views.addresses import at, of
from tests.views.test_reasons import off
from tests.views.walking import follow, run, work

Accounts = dict[str, Account]
ASKS = "A refresh has recoloured 1 calendar: which colours stay?"


@pytest.fixture
def studio(accounts: Accounts) -> Account:
    """An account of which the next refresh recolours one calendar."""
    return accounts["studio@example.com"]


@pytest.fixture
def refreshed(client: Client, studio: Account) -> Any:
    """The page of what that refresh has found."""
    return follow(client, send(client, client.get(of("account", studio)), "/refresh/"))


def test_the_result_of_a_refresh_asks_once_and_says_what_it_costs(refreshed: Any) -> None:
    words = read(refreshed).words

    assert ASKS in words
    assert "1 calendar was recoloured" not in words
    assert "Equipment" in words
    assert "#616161 text #6b6b6b 1.1:1 – hard to read" in words
    assert "Costs 2 requests" in words


def test_the_accounts_page_asks_until_somebody_has_answered(
    client: Client, studio: Account, refreshed: Any
) -> None:
    page = client.get(of("account", studio))
    assert ASKS in read(page).words

    answer = send(client, page, "/recoloured/", press="take")

    assert answer["Location"] == of("account", studio)
    words = read(client.get(answer["Location"])).words
    assert "1 calendar stays as the refresh has coloured it." in words
    assert ASKS not in words
    assert Recolouring.objects.get().decision == "taken"
    assert "1 calendar was recoloured" in read(client.get(refreshed.request["PATH_INFO"])).words
    assert not Draft.objects.exists()


def test_the_earlier_colours_are_previewed_and_written_back(
    client: Client, studio: Account, refreshed: Any, sandbox: Sandbox
) -> None:
    preview = follow(client, send(client, refreshed, "/recoloured/", press="keep"))

    words = read(preview).words
    assert "Preview of keeping the earlier colours" in words
    assert "Background colour #455a64 → becomes #616161" in words
    assert ASKS in read(client.get(of("account", studio))).words
    page = run(client, preview)
    assert "Keep earlier colours of 1 calendar" in read(page).words
    assert ASKS not in read(client.get(of("account", studio))).words
    work(Batch.objects.get())
    [change] = Change.objects.filter(batch__isnull=False)
    assert change.outcome == Change.Outcome.DONE
    theirs = sandbox.world.calendar(change.integration_id, change.calendar_id)
    assert theirs["background_color"] == "#616161"


def test_nothing_ticked_is_said(client: Client, studio: Account, refreshed: Any) -> None:
    for press in ("keep", "take"):
        answer = send(client, refreshed, "/recoloured/", press=press, recolouring=None)

        words = read(client.get(answer["Location"])).words
        assert "Tick at least one calendar first." in words
        assert ASKS in words


def test_of_two_who_answer_the_second_is_told(
    client: Client, studio: Account, refreshed: Any
) -> None:
    send(client, refreshed, "/recoloured/", press="take")

    answer = send(client, refreshed, "/recoloured/", press="keep")

    words = read(client.get(answer["Location"])).words
    assert "Somebody has answered already, or the colours have changed since." in words


def test_a_viewer_reads_the_question_and_why_they_may_not_answer(
    client: Client, viewer_client: Client, studio: Account, refreshed: Any
) -> None:
    page = viewer_client.get(of("account", studio))

    assert ASKS in read(page).words
    reason = "Needs the role Editor. Your role is Viewer."
    told = off(page.content.decode())
    assert told["Keep the earlier colours"] == told["Take the new colours"] == reason
    answer = viewer_client.post(at("account-recoloured", studio.pk), {"take": "1"})
    assert answer.status_code == 403
