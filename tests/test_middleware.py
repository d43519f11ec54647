"""What every request passes before and after its view."""

import logging

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client

from integrations import access
from integrations.models import Account, Change
from integrations.sandbox import Sandbox
from integrations.services import readiness, workers
from tests.browsing import read
from tests.teamwork import BO
from tests.views.addresses import of


def test_health_is_answered_whatever_the_host(stranger_client: Client) -> None:
    response = stranger_client.get("/healthz", headers={"host": "10.0.0.7:8000"})

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"].startswith("text/plain")


def test_health_is_answered_before_the_redirect_to_https(
    stranger_client: Client, settings: LazySettings
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    assert stranger_client.get("/healthz").status_code == 200
    assert stranger_client.get("/sign-in/").status_code == 301


def test_health_asks_neither_the_database_nor_a_session(stranger_client: Client) -> None:
    """Without the mark for the database any query would fail."""
    response = stranger_client.get("/healthz")

    assert not response.cookies


@pytest.mark.django_db(transaction=True)
def test_readiness_is_answered_whatever_the_host_and_scheme(
    stranger_client: Client, settings: LazySettings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    workers.beat("one")

    for address in ("/readyz", "/readyz?require=worker"):
        response = stranger_client.get(address, headers={"host": "10.0.0.7:8000"})

        assert (response.status_code, response.content) == (200, b"ok\n")
        assert response["Content-Type"].startswith("text/plain")
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies


@pytest.mark.django_db(transaction=True)
def test_a_missing_worker_takes_no_machine_out_unless_it_is_asked_for(
    stranger_client: Client,
) -> None:
    response = stranger_client.get("/readyz")
    assert response.status_code == 200
    assert response.content.decode() == f"ok\n{readiness.WORKER}\n"

    response = stranger_client.get("/readyz?require=worker")
    assert response.status_code == 503
    assert response.content.decode() == f"{readiness.WORKER}\n"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_makes_it_not_ready(
    stranger_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", "/nowhere/at-all")

    response = stranger_client.get("/readyz")

    assert response.status_code == 503
    assert response.content.decode() == f"{readiness.DATABASE}\n"


@pytest.mark.django_db
def test_another_host_is_refused(stranger_client: Client) -> None:
    response = stranger_client.get("/sign-in/", headers={"host": "evil.example.net"})

    assert response.status_code == 400


def test_every_answer_has_an_id_of_its_own_that_nobody_else_chooses(client: Client) -> None:
    ids = {
        client.get("/workspaces/", headers={"x-request-id": "mine"})["X-Request-ID"]
        for _ in range(2)
    }

    assert len(ids) == 2
    assert "mine" not in ids


def test_the_id_is_on_the_record(client: Client, accounts: dict[str, Account]) -> None:
    response = client.post(of("account-refresh", accounts["rooms@example.net"]))

    assert Change.objects.get().request_id == response["X-Request-ID"]


def test_an_error_of_focus_is_a_page_and_one_line_of_the_log(
    client: Client,
    accounts: dict[str, Account],
    sandbox: Sandbox,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, "integrations.middleware")
    sandbox.fault("refresh", "status", status=503)

    response = client.post(of("account-refresh", accounts["rooms@example.net"]))

    assert response.status_code == 502
    [line] = [r.getMessage() for r in caplog.records if r.name == "integrations.middleware"]
    assert line == "focus code=unavailable request=POST /integrations/calendar/710005/update"
    page = read(response)
    assert response["X-Request-ID"] in page.words
    assert sandbox.shared_key not in page.words + caplog.text


def test_an_error_of_ours_is_left_to_the_page_for_errors_of_ours(
    client: Client, accounts: dict[str, Account], settings: LazySettings
) -> None:
    client.raise_request_exception = False
    settings.FOCUS_PAGE_DEADLINE = "no number"

    response = client.post("/w/4400001/check/")

    assert response.status_code == 500
    assert "Something went wrong on our side" in read(response).words


def view(request: HttpRequest) -> HttpResponse:
    """Answer nothing; it names no role by itself."""
    return HttpResponse()


def test_nothing_is_written_through_a_key_before_it_is_known_whose_it_is(
    client: Client, accounts: dict[str, Account], settings: LazySettings, sandbox: Sandbox
) -> None:
    settings.FOCUS_API_KEY = BO
    asked = len(sandbox.requests)

    response = client.post(of("account-refresh", accounts["rooms@example.net"]))

    assert response.status_code == 409
    assert "This key is not used for changes yet" in read(response).words
    assert len(sandbox.requests) == asked
    assert not Change.objects.exists()


def test_a_view_without_a_role_is_a_mistake() -> None:
    with pytest.raises(ImproperlyConfigured, match="names no role"):
        access.needed(view)
