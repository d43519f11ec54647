"""What happens to a form that cannot count: nothing is done, and nothing typed is lost."""

from collections.abc import Callable

from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Change
from tests.browsing import read
from tests.views.addresses import at

Accounts = dict[str, Account]
CONNECT = "account-connect"


def test_it_keeps_a_form_that_was_sent_after_the_sign_in_had_ended(
    client: Client, accounts: Accounts, manager: User, asked: Callable[[], list[str]]
) -> None:
    client.logout()

    secrets = dict.fromkeys(("password", "secret", "new_password1", "token"), "never-shown")
    page = client.post(at(CONNECT), {"provider": "google", **secrets})

    assert page.status_code == 403
    assert "Your sign-in has ended" in read(page).words
    assert b'name="provider" value="google"' in page.content
    assert b"never-shown" not in page.content
    assert asked() == []
    assert not Change.objects.exists()


def test_it_keeps_a_form_of_ours_whose_token_is_too_old(manager: User, accounts: Accounts) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"origin": "http://127.0.0.1:8000"})
    browser.force_login(manager)

    page = browser.post(at(CONNECT), {"provider": "google"})

    assert page.status_code == 403
    assert "This form was open for too long" in read(page).words
    assert b'name="provider" value="google"' in page.content


def test_it_offers_nobody_elses_form_again(manager: User, accounts: Accounts) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"origin": "https://evil.example.com"})
    browser.force_login(manager)

    page = browser.post(at(CONNECT), {"provider": "google"})

    assert page.status_code == 403
    assert b'value="google"' not in page.content


def test_it_shows_a_page_where_only_a_button_leads(client: Client) -> None:
    page = client.get(at("check"))

    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "There is no page here" in read(page).words


def test_it_loads_the_whole_page_when_a_part_needs_a_sign_in(client: Client) -> None:
    client.logout()

    part = client.get(at("accounts"), headers={"hx-request": "true"})

    assert part["HX-Refresh"] == "true"
