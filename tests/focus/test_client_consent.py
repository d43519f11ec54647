"""Which redirects lead to a consent page, and which are refused."""

import pytest
import requests
import responses

from integrations.focus import (
    BadResponseError,
    ConsentAddressError,
    FocusClient,
)
from integrations.focus.resources import Calendar
from tests.focus.conftest import CALENDARS, CONSENT, KEY


def test_it_asks_for_consent(wire: responses.RequestsMock, focus: FocusClient) -> None:
    for path in ("setup", "7/reauth"):
        wire.get(f"{CALENDARS}/{path}", status=302, headers={"Location": CONSENT})
    back = "https://admin.example.com/return/a b?c=d&e=ü"

    assert focus.setup("google", back) == CONSENT
    assert focus.setup("out look", None) == CONSENT
    assert focus.reauth(7, back, preserve_scope=True) == CONSENT
    assert focus.reauth(7, back, preserve_scope=False) == CONSENT

    queries = [requests.compat.urlsplit(call.request.url).query for call in wire.calls]
    quoted = "https%3A%2F%2Fadmin.example.com%2Freturn%2Fa+b%3Fc%3Dd%26e%3D%C3%BC"
    assert queries == [
        f"provider=google&return_to={quoted}",
        "provider=out+look",
        f"return_to={quoted}&preserve_scope=true",
        f"return_to={quoted}",
    ]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_any_kind_of_redirect_leads_to_consent(
    wire: responses.RequestsMock, focus: FocusClient, status: int
) -> None:
    wire.get(f"{CALENDARS}/setup", status=status, headers={"Location": CONSENT})

    assert focus.setup("google") == CONSENT


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Location": "https://evil.example/secret-state"},
        {"Location": "/secret-state"},
        {"Location": f"{CONSENT}&token={KEY}"},
    ],
)
def test_it_refuses_a_consent_address_without_repeating_it(
    wire: responses.RequestsMock, focus: FocusClient, headers: dict[str, str]
) -> None:
    wire.get(f"{CALENDARS}/setup", status=302, headers=headers)

    with pytest.raises(ConsentAddressError) as caught:
        focus.setup("google")

    assert caught.value.status == 302
    assert caught.value.detail
    trace = caught.value.__traceback__
    while trace:
        module = trace.tb_frame.f_globals["__name__"]
        if module.startswith("integrations."):
            assert "secret-state" not in repr(trace.tb_frame.f_locals)
        trace = trace.tb_next
    assert "secret-state" not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("status", [200, 204, 300, 304])
def test_it_expects_a_redirect_where_one_is_promised(
    wire: responses.RequestsMock, focus: FocusClient, status: int
) -> None:
    wire.get(f"{CALENDARS}/setup", status=status, headers={"Location": CONSENT})

    with pytest.raises(BadResponseError) as caught:
        focus.setup("google")

    assert not isinstance(caught.value, ConsentAddressError)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_it_expects_no_redirect_anywhere_else(
    wire: responses.RequestsMock, focus: FocusClient, calendar: Calendar, status: int
) -> None:
    redirect = {"status": status, "headers": {"Location": CONSENT}}
    wire.get(CALENDARS, **redirect)
    wire.put(f"{CALENDARS}/7/calendars/9", **redirect)
    wire.delete(f"{CALENDARS}/7", **redirect)

    for ask in (
        focus.list_accounts,
        lambda: focus.update_calendar(calendar, {}),
        lambda: focus.disconnect(7, preserve_entities=True),
    ):
        with pytest.raises(BadResponseError) as caught:
            ask()
        assert "state" not in str(caught.value)
