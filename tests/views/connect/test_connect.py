"""Connecting a new account."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.management import call_command
from django.test import Client

from integrations.models import Account, Change, ConnectAttempt, Source
from integrations.sandbox import Sandbox
from tests.browsing import read, send
from tests.consenting import consent
from tests.views.addresses import at, of
from tests.views.connect.trips import come_back, leave, result_address, travel, way_out

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


def test_it_asks_where_the_calendar_is_and_in_whose_name(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    page = read(client.get(at("account-connect")))

    assert page.form(button="Continue").offered["provider"] == ["google", "outlook"]
    assert "the shared key" in page.words
    assert "Tick every box" in page.words
    assert asked() == []


@pytest.mark.parametrize("provider", [None, "icloud"])
def test_it_leaves_for_a_known_provider_alone(
    client: Client, accounts: Accounts, asked: Asked, provider: str | None
) -> None:
    page = client.get(at("account-connect"))

    response = send(client, page, button="Continue", provider=provider)

    assert "There is a problem" in read(response).words
    assert asked() == []
    assert not ConnectAttempt.objects.exists()


def test_it_answers_with_a_page_that_leads_away(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    response = leave(client)

    assert asked() == ["setup"]
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    page = read(response)
    assert "Continue to Google" in page.words
    assert "The shared key" in page.words
    assert page.form("/cancel/")
    assert way_out(response).startswith(sandbox.provider_url + "/google/authorize?")
    assert 'http-equiv="refresh"' not in response.content.decode()
    attempt = ConnectAttempt.objects.get()
    sent = sandbox.requests[-1].query
    assert sent == {
        "provider": "google",
        "return_to": f"http://127.0.0.1:8000/connect/{attempt.pk}/return/",
    }


def test_it_does_not_let_the_host_header_say_where_to_come_back_to(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    client.post(at("account-connect"), {"provider": "google"}, headers={"host": "testserver:1"})

    assert sandbox.requests[-1].query["return_to"].startswith("http://127.0.0.1:8000/connect/")


def test_it_keeps_the_consent_address_to_the_page_alone(
    client: Client,
    accounts: Accounts,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    address = way_out(leave(client))
    secret = dict(parse_qsl(urlsplit(address).query))["state"]

    call_command("dumpdata", "--all", format="json")

    assert secret not in capsys.readouterr().out
    assert secret not in caplog.text
    result = client.get(result_address())
    assert secret not in result.content.decode()


def test_it_connects_a_new_account_for_one_request_there_and_one_back(
    client: Client, accounts: Accounts, asked: Asked
) -> None:
    page = travel(client, identity="noor.new@example.com")

    assert asked() == ["setup", "list_accounts"]
    assert "Connected noor.new@example.com" in page.words
    assert "It has 5 calendars" in page.words
    new = Account.objects.get(email="noor.new@example.com")
    assert of("account", new) in page.links.values()
    assert Change.objects.get().outcome == Change.Outcome.DONE
    assert "Connected noor.new@example.com" in read(client.get(of("account", new))).words


def test_it_says_when_the_account_was_connected_already(client: Client, accounts: Accounts) -> None:
    page = travel(client, identity="studio@example.com")

    assert "Nothing new: studio@example.com was already connected" in page.words
    assert Account.objects.count() == 6


def test_the_same_identity_twice_is_new_once(client: Client, accounts: Accounts) -> None:
    travel(client, identity="noor.new@example.com")

    page = travel(client, identity="noor.new@example.com")

    assert "Nothing new: noor.new@example.com was already connected" in page.words
    assert Account.objects.filter(email="noor.new@example.com").count() == 1


def test_it_says_that_the_person_refused(client: Client, accounts: Accounts) -> None:
    page = travel(client, allow=False)

    assert "You refused" in page.words
    assert "nothing was changed" in page.words
    assert Account.objects.count() == 6


def test_it_says_which_permission_is_missing_and_offers_to_reconnect(
    client: Client, accounts: Accounts
) -> None:
    page = travel(client, identity="noor.new@example.com", permissions=["events"])

    new = Account.objects.get(email="noor.new@example.com")
    assert "Permission missing for noor.new@example.com" in page.words
    assert "“see your calendars”" in page.words
    assert page.links["Reconnect"] == of("account-reconnect", new)

    page = travel(client, of("account-reconnect", new))

    assert "noor.new@example.com works again" in page.words


def test_it_lists_the_accounts_when_focus_starts_no_connection(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    sandbox.switches.setup_conflict = True

    response = leave(client)

    assert response["Location"] == result_address()
    page = read(client.get(response["Location"]))
    assert asked() == ["setup"]
    assert "Focus did not start a new connection" in page.words
    assert "already connected, or the plan allows no more" in page.words
    assert page.links["studio@example.com"] == of("account", accounts["studio@example.com"])
    assert "rooms@example.net" not in page.words


def test_it_tells_a_used_up_quota_from_an_account_that_exists(
    client: Client, accounts: Accounts, sandbox: Sandbox
) -> None:
    sandbox.fault("setup", "quota", resets_in=1800)

    response = leave(client)

    assert response.status_code == 503
    assert "The hourly requests are used up" in read(response).words
    assert "Requests are available again" in read(response).words


def test_it_goes_without_an_address_that_focus_refuses_and_says_to_come_back(
    client: Client, accounts: Accounts, sandbox: Sandbox, asked: Asked
) -> None:
    sandbox.switches.refuse_return_to = True

    response = leave(client)

    assert asked() == ["setup", "setup"]
    assert "Come back here by yourself" in read(response).words
    assert consent(way_out(response), identity="noor.new@example.com") is None

    checked = send(client, response, "/check/")

    assert asked() == ["list_accounts"]
    page = read(client.get(checked["Location"]))
    assert "Connected noor.new@example.com" in page.words


@pytest.mark.parametrize(
    "location",
    [
        "https://phishing.example.net/login",
        "javascript:alert(1)",
        "http://localhost:1/google/authorize",
        "//phishing.example.net/",
        "/relative",
        "",
    ],
)
def test_it_leads_nobody_to_an_address_that_may_not_be(
    client: Client, accounts: Accounts, sandbox: Sandbox, location: str
) -> None:
    sandbox.fault("setup", "redirect", location=location)

    response = leave(client)

    page = read(response)
    assert response.status_code == 502
    assert "Focus answered something we cannot read" in page.words
    assert location == "" or location not in response.content.decode()
    assert not [href for href in page.links.values() if "authorize" in href]
    assert Change.objects.get().outcome == Change.Outcome.FAILED


@pytest.mark.parametrize(
    ("status", "title"),
    [(500, "Focus cannot be reached"), (401, "refuses this application’s key")],
)
def test_it_says_why_nobody_can_leave(
    client: Client, accounts: Accounts, sandbox: Sandbox, status: int, title: str
) -> None:
    sandbox.fault("setup", "status", status=status)

    response = leave(client)

    page = read(response)
    assert title in page.words
    assert page.links["Try again"] == at("account-connect")


@pytest.mark.parametrize("loaded", [True, False])
def test_nobody_leaves_before_it_is_known_what_was_there(
    client: Client, sandbox: Sandbox, asked: Asked, loaded: bool
) -> None:
    """Otherwise every account would be news on return."""
    page = client.get(at("account-connect"))
    if not loaded:
        Account.objects.all().delete()
    Source.objects.update(last_good_at=None)
    sandbox.fault("list_accounts", "status", status=503)
    asked()

    response = send(client, page, button="Continue", provider="google")

    assert asked() == ["list_accounts"]
    assert response["Location"] == at("accounts")
    assert "Focus cannot be reached. Nothing was started" in read(client.get(at("accounts"))).words
    assert not ConnectAttempt.objects.exists()


def test_it_connects_outlook_in_a_workspace_without_a_known_organization(
    client: Client, sandbox: Sandbox
) -> None:
    page = client.get("/w/4400002/accounts/connect/")

    back = consent(
        way_out(send(client, page, button="Continue", provider="outlook")),
        identity="priya.patel@example.net",
    )

    assert back is not None
    assert "Connected priya.patel@example.net" in come_back(client, back).words
    assert all("/organizations/" not in request.path for request in sandbox.requests)
