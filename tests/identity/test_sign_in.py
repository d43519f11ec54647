"""Signing in with a password."""

from typing import Any
from urllib.parse import quote

import pytest
from axes.exceptions import AxesBackendRequestParameterRequired
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory

from focusadmin.identity.models import User
from tests.browsing import read, send
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str, next_page: str = "") -> Any:
    """Fill in the sign-in page and send it."""
    page = client.get("/sign-in/" + (f"?next={quote(next_page)}" if next_page else ""))
    return send(client, page, button="Sign in", username=email, password=password)


@pytest.mark.parametrize("email", ["mia@example.com", "MIA@Example.com", " mia@example.com "])
def test_it_knows_a_person_however_the_address_is_spelt(
    stranger_client: Client, manager: User, email: str
) -> None:
    response = sign_in(stranger_client, email, PASSWORD)

    assert response["Location"] == "/"
    assert stranger_client.get("/workspaces/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("mia@example.com", "wrong"),
        ("mia@example.com", PASSWORD.upper()),
        ("nobody@example.com", PASSWORD),
        ("mia@example.com\x00", PASSWORD),
    ],
)
def test_it_does_not_tell_what_was_wrong(
    stranger_client: Client, manager: User, email: str, password: str
) -> None:
    response = sign_in(stranger_client, email, password)

    page = read(response)
    assert "There is a problem" in page.words
    assert password not in page.words
    assert "do not match" in page.words or "\x00" in email
    assert stranger_client.get("/workspaces/").status_code == 302


def test_it_asks_for_both(stranger_client: Client, manager: User) -> None:
    page = read(sign_in(stranger_client, "", ""))

    assert page.words.count("This field is required") == 4


def test_a_disabled_person_reads_the_same_as_a_wrong_password(
    stranger_client: Client, manager: User
) -> None:
    User.objects.update(is_active=False)

    page = read(sign_in(stranger_client, "mia@example.com", PASSWORD))

    assert "E-mail and password do not match a person who may sign in" in page.words


def test_a_person_of_the_company_does_not_sign_in_with_a_password(
    stranger_client: Client, manager: User
) -> None:
    User.objects.update(issuer="https://sso.example.com")

    sign_in(stranger_client, "mia@example.com", PASSWORD)

    assert stranger_client.get("/workspaces/").status_code == 302


@pytest.mark.parametrize(
    ("asked", "landed"),
    [
        ("/w/4400001/calendars/?q=x", "/w/4400001/calendars/?q=x"),
        ("https://phishing.example.net/", "/"),
        ("//phishing.example.net/", "/"),
        ("/\\phishing.example.net", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_it_goes_on_to_a_page_of_ours_alone(
    stranger_client: Client, manager: User, asked: str, landed: str
) -> None:
    response = sign_in(stranger_client, "mia@example.com", PASSWORD, asked)

    assert response["Location"] == landed


def test_it_knows_nobody_by_anything_but_a_password(manager: User, rf: RequestFactory) -> None:
    asked = rf.post("/sign-in/")

    assert authenticate(asked, token="mia@example.com") is None
    assert authenticate(asked, username="mia@example.com") is None
    assert authenticate(asked, username="mia@example.com", password=PASSWORD) == manager


def test_without_a_request_nobody_is_known_because_nothing_could_be_counted(manager: User) -> None:
    assert authenticate(token="mia@example.com") is None
    with pytest.raises(AxesBackendRequestParameterRequired):
        authenticate(username="mia@example.com", password=PASSWORD)


def test_it_gives_the_session_a_new_name(stranger_client: Client, manager: User) -> None:
    """A session that somebody planted before sign-in is worth nothing after it."""
    stranger_client.get("/sign-in/")
    session = stranger_client.session
    session["planted"] = True
    session.save()
    planted = session.session_key

    sign_in(stranger_client, "mia@example.com", PASSWORD)

    assert stranger_client.session.session_key != planted


def test_the_cookie_is_for_this_site_and_no_script(stranger_client: Client, manager: User) -> None:
    sign_in(stranger_client, "mia@example.com", PASSWORD)

    cookie = stranger_client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_the_password_is_never_on_a_page_again(stranger_client: Client, manager: User) -> None:
    response = sign_in(stranger_client, "mia@example.com", "not-the-password")

    assert "not-the-password" not in response.content.decode()


def test_somebody_who_is_signed_in_goes_on(client: Client) -> None:
    assert client.get("/sign-in/")["Location"] == "/"


@pytest.mark.parametrize("target", ["/sign-in/", "/sign-in/?next=/sign-in/"])
def test_a_link_that_leads_back_to_the_sign_in_leads_home(
    stranger_client: Client, manager: User, target: str
) -> None:
    signed_in = sign_in(stranger_client, "mia@example.com", PASSWORD, target)

    again = stranger_client.get("/sign-in/", {"next": target})

    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
    assert (again.status_code, again["Location"]) == (302, "/")
