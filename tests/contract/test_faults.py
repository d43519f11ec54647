"""What every operation makes of a bad wire, a proxy in between and a lying service."""

import time

import pytest

from integrations.focus import (
    BadResponseError,
    ConsentAddressError,
    FocusClient,
    FocusError,
    UnavailableError,
)
from integrations.sandbox import Sandbox
from tests.contract.conftest import MakeFocus
from tests.contract.operations import CONSENT, OPERATIONS, account_id, calendar, healthy

PLAIN = [name for name in OPERATIONS if name not in CONSENT]
LIES = (
    "https://phishing.example.net/login",
    "//localhost/",
    "/relative",
    "javascript:alert(1)",
    "http://localhost:1@phishing.example.net/",
    "{provider}@phishing.example.net/",
    "{provider}/x, {provider}/y",
    "{provider}\\@phishing.example.net",
    "",
)


@pytest.mark.parametrize("kind", ["delay", "drip"])
@pytest.mark.parametrize("operation", PLAIN)
def test_it_waits_no_longer_than_its_deadline(
    make_focus: MakeFocus, box: Sandbox, operation: str, kind: str
) -> None:
    box.fault(operation, kind, **({"seconds": 2} if kind == "delay" else {"pause": 0.05}))
    focus = make_focus(deadline=0.2)
    started = time.monotonic()

    with pytest.raises(UnavailableError) as caught:
        OPERATIONS[operation](focus, box)

    assert time.monotonic() - started < 0.6
    assert caught.value.sent
    assert caught.value.status is None


@pytest.mark.parametrize("kind", ["cut", "reset"])
@pytest.mark.parametrize("operation", PLAIN)
def test_a_broken_answer_is_no_answer(
    focus: FocusClient, box: Sandbox, operation: str, kind: str
) -> None:
    box.fault(operation, kind)

    with pytest.raises(UnavailableError) as caught:
        OPERATIONS[operation](focus, box)

    assert caught.value.sent
    assert len(box.requests) == 1


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_page_of_html_is_no_answer(focus: FocusClient, box: Sandbox, operation: str) -> None:
    box.fault(operation, "html")
    with pytest.raises(UnavailableError) as caught:
        OPERATIONS[operation](focus, box)
    assert "<" not in caught.value.detail

    box.fault(operation, "html", status=200)
    with pytest.raises(BadResponseError) as wrong:
        OPERATIONS[operation](focus, box)
    assert wrong.value.status == 200


@pytest.mark.parametrize("kind", ["bad_json", "wrong_shape"])
@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name != "settings"])
def test_a_success_with_a_wrong_body_is_an_error(
    focus: FocusClient, box: Sandbox, operation: str, kind: str
) -> None:
    box.fault(operation, kind)

    with pytest.raises(BadResponseError) as caught:
        OPERATIONS[operation](focus, box)

    assert caught.value.sent


def test_settings_of_another_shape_tell_nothing(focus: FocusClient, box: Sandbox) -> None:
    box.fault("settings", "wrong_shape")
    assert focus.settings().current_workspace_id is None

    box.fault("settings", "bad_json")
    with pytest.raises(BadResponseError):
        focus.settings()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("operation", PLAIN)
def test_a_redirect_is_never_followed(
    focus: FocusClient, box: Sandbox, operation: str, status: int
) -> None:
    box.fault(operation, "redirect", status=status, location=f"{box.api_url}/users/me/settings")

    with pytest.raises(BadResponseError) as caught:
        OPERATIONS[operation](focus, box)

    assert caught.value.status == status
    assert len(box.requests) == 1


@pytest.mark.parametrize("location", LIES)
@pytest.mark.parametrize("operation", CONSENT)
def test_a_lying_consent_address_is_refused(
    focus: FocusClient, box: Sandbox, operation: str, location: str
) -> None:
    location = location.replace("{provider}", box.provider_url)
    box.fault(operation, "redirect", location=location)

    with pytest.raises(ConsentAddressError) as caught:
        OPERATIONS[operation](focus, box)

    assert "phishing" not in str(caught.value)


@pytest.mark.parametrize("kind", ["delay", "drip", "cut", "reset", "bad_json", "html"])
def test_after_a_fault_the_write_may_have_happened(
    make_focus: MakeFocus, box: Sandbox, kind: str
) -> None:
    box.fault("update_calendar", kind, performed=True)
    odd = calendar(box)

    with pytest.raises(FocusError) as caught:
        make_focus(deadline=1.0).update_calendar(odd, {"name": "New"})

    assert caught.value.sent
    assert healthy(box)["calendars"][0]["name"] == "New"


def test_a_service_that_is_not_there_got_nothing(make_focus: MakeFocus) -> None:
    with Sandbox() as short:
        gone = short.api_url
    focus = make_focus(base=gone)

    with pytest.raises(UnavailableError) as caught:
        focus.disconnect(7, preserve_entities=True)

    assert not caught.value.sent
    assert focus.calls == 0


def test_it_works_again_after_the_fault(focus: FocusClient, box: Sandbox) -> None:
    for kind in ("cut", "reset", "html"):
        box.fault("list_calendars", kind)
        with pytest.raises(FocusError):
            focus.list_calendars(account_id(box))

        assert focus.list_calendars(account_id(box)).items
