"""Pages for what went wrong before a view could do anything."""

import pytest
from django.conf import LazySettings
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Account, Calendar
from tests.browsing import read, send
from tests.views.addresses import at, of

ORIGIN = {"origin": "http://127.0.0.1:8000"}


@pytest.fixture
def calendar(accounts: dict[str, Account]) -> Calendar:
    """A calendar to edit."""
    return accounts["studio@example.com"].calendars.get(name="Equipment")


def test_a_form_sent_after_the_sessions_end_is_kept(
    client: Client, manager: User, calendar: Calendar
) -> None:
    here = of("calendar-edit", calendar)
    page = client.get(here)
    client.logout()

    lost = send(client, page, button="Save", background_color="#123456", selected=None)

    words = read(lost)
    assert lost.status_code == 403
    assert "Your sign-in has ended" in words.words
    kept = words.form(button="Send").values
    assert kept["background_color"] == "#123456"
    assert "selected" not in kept

    client.force_login(manager)
    again = send(client, lost, button="Send")
    assert again["Location"] == here
    assert "#123456" in client.get(here).content.decode()


def test_a_password_is_not_kept(client: Client, stranger_client: Client) -> None:
    response = stranger_client.post(
        "/password/", {"old_password": "one-secret", "new_password1": "two-secret", "x": "kept"}
    )

    assert "-secret" not in response.content.decode()
    assert "kept" in response.content.decode()


@pytest.mark.parametrize(
    ("origin", "kept"),
    [("http://127.0.0.1:8000", True), ("https://evil.example.net", False), ("null", False)],
)
def test_what_was_typed_on_our_page_can_be_sent_again_when_the_form_was_too_old(
    manager: User, calendar: Calendar, origin: str, kept: bool
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(manager)

    response = strict.post(
        of("calendar-edit", calendar),
        {"background_color": "#123456", "csrfmiddlewaretoken": "old"},
        headers={"origin": origin},
    )

    assert response.status_code == 403
    page = read(response)
    assert "This form was open for too long" in page.words
    assert ("#123456" in response.content.decode()) is kept


def test_a_stranger_gets_nothing_back_from_a_form_that_was_too_old(
    stranger_client: Client, settings: LazySettings, db: None
) -> None:
    strict = Client(enforce_csrf_checks=True)

    response = strict.post("/sign-in/", {"username": "mia@example.com"}, headers=ORIGIN)

    assert response.status_code == 403
    assert "mia@example.com" not in response.content.decode()


@pytest.mark.parametrize("path", ["/sign-out/", "/w/4400001/check/"])
def test_an_address_for_forms_says_so(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert read(response).words


def test_an_unknown_address_is_a_page_of_ours(client: Client) -> None:
    response = client.get("/nothing/")

    assert response.status_code == 404
    assert "There is nothing at this address" in read(response).words


def test_a_request_that_cannot_be_read_is_a_page_of_ours(client: Client) -> None:
    fields = {f"field{number}": "x" for number in range(1001)}

    response = client.post(at("account-connect"), fields)

    assert response.status_code == 400
    assert "We could not read that request" in read(response).words
