"""From setup and reauth over the provider's page back to ``return_to``."""

from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.sandbox import Sandbox
from tests.sandbox.calls import (
    ACCOUNTS,
    BACK,
    SCOPES,
    account,
    accounts,
    answer,
    call,
    choices,
    plain,
    reauth,
    setup,
    state_of,
    travel,
)

GOOGLE_READ = [
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/calendar.events.readonly",
]
GOOGLE_WRITE = "https://www.googleapis.com/auth/calendar.events"
NOOR = "noor.new@example.com"
ALEX, BROKEN, READ_ONLY = 710001, 710004, 710006


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("provider", ["google", "outlook"])
def test_setup_leads_to_the_provider(box: Sandbox, scope: str, provider: str) -> None:
    answered = call(box, "GET", f"{scope}/integrations/calendar/setup?provider={provider}")

    there = urlsplit(answered.headers["Location"])
    query = parse_qs(there.query)
    assert answered.status_code == 302
    assert f"{there.scheme}://{there.netloc}" == box.provider_url
    assert box.provider_url.startswith("http://localhost:")
    assert query["redirect_uri"] == [f"{box.api_url}/integrations/calendar/callback"]
    assert len(query["state"][0]) >= 40


def test_every_trip_has_a_state_of_its_own(box: Sandbox) -> None:
    assert len({state_of(setup(box)) for _ in range(5)}) == 5


@pytest.mark.parametrize("query", ["", "?provider=", "?provider=apple", "?provider=a&provider=b"])
def test_setup_wants_a_provider_it_knows(box: Sandbox, query: str) -> None:
    assert call(box, "GET", f"{ACCOUNTS}/setup{query}").status_code == 400


@pytest.mark.parametrize("address", ["", "/relative", "javascript:alert(1)", "http://", "ftp://x/"])
def test_it_wants_an_absolute_return_to(box: Sandbox, address: str) -> None:
    query = {"provider": "google", "return_to": address}

    assert call(box, "GET", f"{ACCOUNTS}/setup", params=query).status_code == 400
    assert call(box, "GET", f"{ACCOUNTS}/{ALEX}/reauth", params=query).status_code == 400


def test_reauth_wants_a_return_to(box: Sandbox) -> None:
    assert call(box, "GET", f"{ACCOUNTS}/{ALEX}/reauth").status_code == 400
    assert call(box, "GET", f"{ACCOUNTS}/1/reauth", params={"return_to": BACK}).status_code == 404


def test_a_switch_refuses_every_return_to(box: Sandbox) -> None:
    box.switches.refuse_return_to = True
    query = {"provider": "google", "return_to": BACK}

    assert call(box, "GET", f"{ACCOUNTS}/setup", params=query).status_code == 400
    assert call(box, "GET", f"{ACCOUNTS}/{ALEX}/reauth", params=query).status_code == 400
    assert call(box, "GET", f"{ACCOUNTS}/setup?provider=google").status_code == 302


def test_a_switch_makes_a_second_account_of_a_provider_a_conflict(box: Sandbox) -> None:
    box.switches.setup_conflict = True
    dana = box.world.person("dana@example.com").key

    refused = call(box, "GET", f"{ACCOUNTS}/setup?provider=google")

    assert refused.status_code == 402
    assert "already exists" in refused.json()["error_description"]
    assert refused.headers["X-Toggl-Quota-Remaining"] != "0"
    assert call(box, "GET", f"{ACCOUNTS}/setup?provider=google", key=dana).status_code == 302


def test_the_consent_page_offers_strangers_and_connected_ones(box: Sandbox) -> None:
    page = plain("GET", setup(box)).text

    offered = choices(page, "identity")
    assert set(offered) >= {NOOR, "reception@example.com", "alex@example.com"}
    assert "bo@example.com" not in offered
    assert list(offered.values()).count(True) == 1
    assert choices(page, "permission") == {"calendars": True, "events": True}
    assert "<title>Sign in to Google" in page


def test_reauth_chooses_the_accounts_own_address_and_asks_for_write(box: Sandbox) -> None:
    page = plain("GET", reauth(box, ALEX)).text

    assert choices(page, "identity")["alex@example.com"] is True
    assert choices(page, "identity")[NOOR] is False
    assert choices(page, "permission") == {"calendars": True, "events": True, "write": True}


@pytest.mark.parametrize(("number", "asks_for_write"), [(BROKEN, True), (READ_ONLY, False)])
def test_preserving_the_scope_asks_for_no_more_than_before(
    box: Sandbox, number: int, asks_for_write: bool
) -> None:
    page = plain("GET", reauth(box, number, preserve_scope="true")).text

    assert ("write" in choices(page, "permission")) is asks_for_write


def test_the_documented_service_always_asks_for_write(box: Sandbox) -> None:
    box.switches.dialect = "documented"

    page = plain("GET", reauth(box, READ_ONLY, preserve_scope="true")).text

    assert "write" in choices(page, "permission")


def test_a_new_identity_brings_its_calendars(box: Sandbox) -> None:
    said = travel(box, setup(box), identity=NOOR)

    new = account(box, NOOR)
    assert said == {"email": NOOR}
    assert 5 <= len(new["calendars"]) <= 7
    assert new["error_status"] == ""
    assert (new["scopes"], new["has_write_scope"]) == (GOOGLE_READ, False)
    assert {c["calendar_integration_id"] for c in new["calendars"]} == {
        new["calendar_integration_id"]
    }


def test_outlook_has_scopes_of_its_own(box: Sandbox) -> None:
    travel(box, setup(box, "outlook"), identity="priya.patel@example.net")

    assert account(box, "priya.patel@example.net")["scopes"] == ["User.Read", "Calendars.Read"]


def test_refusing_changes_nothing(box: Sandbox) -> None:
    before = accounts(box)

    said = travel(box, setup(box), identity=NOOR, decision="refuse")

    assert said == {"error": "access_denied"}
    assert accounts(box) == before


def test_a_missing_permission_shows_in_the_account(box: Sandbox) -> None:
    said = travel(box, setup(box), identity=NOOR, permission=["calendars"])

    new = account(box, NOOR)
    assert said == {"email": NOOR}
    assert new["error_status"] == "insufficient_permissions"
    assert new["scopes"] == GOOGLE_READ[:1]
    assert new["calendars"] == []


def test_a_missing_permission_can_be_given_later(box: Sandbox) -> None:
    travel(box, setup(box), identity=NOOR, permission=[])
    number = account(box, NOOR)["calendar_integration_id"]

    travel(box, reauth(box, number, preserve_scope="true"), identity=NOOR)

    assert account(box, NOOR)["error_status"] == ""
    assert len(account(box, NOOR)["calendars"]) == 5


def test_consenting_twice_changes_nothing(box: Sandbox) -> None:
    travel(box, setup(box), identity=NOOR)
    before = accounts(box)

    said = travel(box, setup(box), identity=NOOR, permission=[])

    assert said == {"email": NOOR}
    assert accounts(box) == before


def test_reconnecting_mends_and_does_not_widen(box: Sandbox) -> None:
    box.world.account(READ_ONLY)["error_status"] = "invalid_grant"
    email = box.world.account(READ_ONLY)["email"]
    calendars = account(box, email)["calendars"]

    travel(box, reauth(box, READ_ONLY, preserve_scope="true"), identity=email)

    after = account(box, email)
    assert (after["error_status"], after["has_write_scope"]) == ("", False)
    assert after["scopes"] == GOOGLE_READ
    assert after["calendars"] == calendars


def test_reconnecting_keeps_the_right_to_write(box: Sandbox) -> None:
    travel(box, reauth(box, BROKEN, preserve_scope="true"), identity="events@example.com")

    after = account(box, "events@example.com")
    assert (after["error_status"], after["has_write_scope"]) == ("", True)


def test_granting_write_widens(box: Sandbox) -> None:
    email = box.world.account(READ_ONLY)["email"]

    travel(box, reauth(box, READ_ONLY), identity=email)

    assert account(box, email)["has_write_scope"] is True
    assert account(box, email)["scopes"] == [*GOOGLE_READ, GOOGLE_WRITE]


def test_leaving_write_unticked_does_not_widen(box: Sandbox) -> None:
    email = box.world.account(READ_ONLY)["email"]

    travel(box, reauth(box, READ_ONLY), identity=email, permission=["calendars", "events"])

    assert account(box, email)["has_write_scope"] is False
    assert account(box, email)["error_status"] == ""


@pytest.mark.parametrize(("other", "more"), [("studio@example.com", 0), (NOOR, 1)])
def test_another_identity_leaves_the_account_as_it_was(box: Sandbox, other: str, more: int) -> None:
    before = accounts(box)

    said = travel(box, reauth(box, BROKEN), identity=other)

    assert said == {"email": other}
    assert accounts(box)[: len(before)] == before
    assert len(accounts(box)) == len(before) + more


def test_a_permission_that_was_not_asked_for_is_not_given(box: Sandbox) -> None:
    travel(box, setup(box), identity=NOOR, permission=["calendars", "events", "write"])

    assert account(box, NOOR)["has_write_scope"] is False


def test_a_trip_without_return_to_ends_on_a_page(box: Sandbox) -> None:
    allowed = plain(
        "GET", answer(box, setup(box, return_to=None), identity=NOOR).headers["Location"]
    )
    refusal = answer(box, setup(box, return_to=None), decision="refuse").headers["Location"]

    assert "You can close this page" in allowed.text
    assert "Nothing was changed" in plain("GET", refusal).text


def test_a_consent_page_is_answered_once(box: Sandbox) -> None:
    consent = setup(box)
    answer(box, consent, identity=NOOR)

    again = answer(box, consent, identity=NOOR)

    assert again.status_code == 400
    assert "answered already" in again.text
    assert plain("GET", consent).status_code == 400


def test_a_callback_works_once(box: Sandbox) -> None:
    callback = answer(box, setup(box), identity=NOOR).headers["Location"]

    assert plain("GET", callback).status_code == 302
    assert plain("GET", callback).status_code == 400
    assert [a["email"] for a in accounts(box)].count(NOOR) == 1


@pytest.mark.parametrize("query", ["", "?state=guess&code=guess", "?state=a&state=b"])
def test_an_unknown_state_is_an_error_page(box: Sandbox, query: str) -> None:
    shown = plain("GET", f"{box.api_url}/integrations/calendar/callback{query}")

    assert shown.status_code == 400
    assert "This link no longer works" in shown.text


def test_a_callback_before_the_answer_changes_nothing(box: Sandbox) -> None:
    state = state_of(setup(box))

    shown = plain("GET", f"{box.api_url}/integrations/calendar/callback?state={state}&code=x")

    assert shown.status_code == 400
    assert len(accounts(box)) == 6


@pytest.mark.parametrize("identity", ["", "bo.larsen@example.net", "nobody@example.com"])
def test_the_provider_knows_its_own_identities_only(box: Sandbox, identity: str) -> None:
    assert answer(box, setup(box), identity=identity).status_code == 400


def test_another_sites_page_cannot_press_the_button(box: Sandbox) -> None:
    form = {"state": state_of(setup(box)), "identity": NOOR, "decision": "allow"}
    origin = {"Origin": "http://127.0.0.1:8000"}

    refused = plain("POST", f"{box.provider_url}/consent", data=form, headers=origin)

    assert refused.status_code == 403


def test_old_trips_are_forgotten(box: Sandbox) -> None:
    first = setup(box)
    box.switches.quota = 10_000
    for _ in range(500):
        setup(box)

    assert plain("GET", first).status_code == 400
    assert len(box.world.consents) == 500
