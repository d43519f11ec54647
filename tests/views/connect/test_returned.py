"""Coming back from the provider."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Account, ConnectAttempt
from integrations.sandbox import Sandbox
from tests.browsing import read
from tests.consenting import consent
from tests.teamwork import BO
from tests.views.connect.trips import come_back, leave, result_address, travel, way_out

Accounts = dict[str, Account]
Asked = Callable[[], list[str]]


@pytest.fixture
def back(client: Client, accounts: Accounts) -> str:
    """The address on which Noor's browser comes back, her calendars connected."""
    address = consent(way_out(leave(client)), identity="noor.new@example.com")
    assert address is not None
    return address


def test_it_drops_what_the_provider_and_focus_added(client: Client, back: str) -> None:
    response = client.get(back.removeprefix("http://127.0.0.1:8000"))

    assert response.status_code == 302
    assert response["Location"] == result_address()


@pytest.mark.parametrize(
    "query",
    [
        "?email=somebody%40example.com",
        "?error=access_denied",
        "?error=server_error&error_description=%3Cscript%3E",
        "?integration_id=1&status=connected",
        "",
    ],
)
def test_it_believes_the_listing_and_not_the_query(client: Client, back: str, query: str) -> None:
    page = come_back(client, back.partition("?")[0] + query)

    assert "Connected noor.new@example.com" in page.words


def test_it_says_nothing_of_a_lie_when_nothing_happened(client: Client, accounts: Accounts) -> None:
    leave(client)

    page = come_back(client, result_address() + "return/?email=%3Cscript%3Ealert(1)%3C/script%3E")

    assert "Nothing changed yet" in page.words
    assert "alert(1)" not in page.words


def test_a_used_attempt_shows_what_was_recorded(
    client: Client, back: str, sandbox: Sandbox, asked: Asked
) -> None:
    come_back(client, back)
    sandbox.world.person("alex@example.com").accounts.clear()
    asked()

    page = come_back(client, back)

    assert "Connected noor.new@example.com" in page.words
    assert asked() == []


def test_an_expired_attempt_says_so_and_asks_nothing(
    client: Client, back: str, asked: Asked
) -> None:
    ConnectAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    asked()

    page = come_back(client, back)

    assert "This attempt has ended" in page.words
    assert asked() == []


def test_an_attempt_ends_with_its_key(
    client: Client, back: str, settings: LazySettings, asked: Asked
) -> None:
    """Otherwise the accounts of the new key's person would look as if they were just connected."""
    settings.FOCUS_API_KEY = BO
    asked()

    page = come_back(client, back)

    assert "This attempt has ended" in page.words
    assert "bo@example.com" not in page.words
    assert asked() == []


def test_an_attempt_is_its_persons_alone(
    client: Client, back: str, asked: Asked, sandbox: Sandbox
) -> None:
    other = Client()
    other.force_login(
        User.objects.create_local(
            email="ed@example.com", name="Ed", password=None, role=Role.MANAGER
        )
    )
    path = back.removeprefix("http://127.0.0.1:8000")
    asked()

    answers = [
        other.get(path),
        other.get(result_address()),
        other.post(result_address() + "check/"),
        other.post(result_address() + "cancel/"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert asked() == []
    assert ConnectAttempt.objects.get().completed_at is None
    assert "noor.new@example.com" not in read(answers[1]).words


def test_it_says_when_focus_cannot_be_asked_and_checks_again(
    client: Client, back: str, sandbox: Sandbox
) -> None:
    sandbox.fault("list_accounts", "status", status=503)

    page = come_back(client, back)

    assert "We could not check what came of it" in page.words
    assert "Focus cannot be reached" in page.words
    response = client.post(result_address() + "check/", follow=True)
    assert "Connected noor.new@example.com" in read(response).words


def test_two_trips_at_once_each_find_their_own_way_back(client: Client, accounts: Accounts) -> None:
    first, second = way_out(leave(client)), way_out(leave(client))
    backs = [
        consent(second, identity="reception@example.com"),
        consent(first, identity="noor.new@example.com"),
    ]

    for back in backs:
        assert back is not None
        assert "Connected" in come_back(client, back).words

    assert Account.objects.count() == 8


def test_a_second_trip_does_not_claim_what_the_first_found(
    client: Client, accounts: Accounts
) -> None:
    travel(client, identity="noor.new@example.com")

    page = travel(client, allow=False)

    assert "You refused" in page.words
