"""When Focus is down, refuses, or answers nonsense."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.listening import Listener
from tests.browser.test_calendar_form import ALEX, background
from tests.browser.walking import (
    ACCOUNTS,
    CALENDARS,
    CONNECT,
    calendar_of,
    heading,
    open_account,
    open_calendar,
    save,
)

Options = dict[str, Any]
UNKNOWN = "We do not know whether this was saved"
#: What goes wrong, the status of our page, its heading, and whether Toggl gave a trace id.
CAUSES: dict[str, tuple[Options, int, str, bool]] = {
    "key": ({"kind": "status", "status": 401}, 502, "Focus refuses this application’s key", True),
    "forbidden": ({"kind": "status", "status": 403}, 502, "Focus does not allow this", True),
    "gone": ({"kind": "status", "status": 404}, 404, "Focus does not have this any more", True),
    "quota": ({"kind": "quota"}, 503, "The hourly requests are used up", True),
    "refused": ({"kind": "status", "status": 400}, 502, "Focus did not accept this", True),
    "down": ({"kind": "status", "status": 503}, 502, UNKNOWN, True),
    "proxy": ({"kind": "html"}, 502, UNKNOWN, False),
    "nonsense": ({"kind": "bad_json"}, 502, UNKNOWN, False),
    "elsewhere": ({"kind": "redirect"}, 502, UNKNOWN, False),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_it_has_a_page_for_every_cause(
    page: Page, sandbox: Sandbox, console: Listener, cause: str
) -> None:
    options, status, title, has_trace = CAUSES[cause]
    console.expect_status(status)
    open_account(page, ALEX)
    sandbox.fault("refresh", **options)

    page.get_by_role("button", name="Refresh calendars").click()

    expect(heading(page)).to_contain_text(title)
    page.get_by_text("Details for support").click()
    expect(page.get_by_text("Trace id at Toggl")).to_have_count(int(has_trace))
    expect(page.get_by_text("Id in our log")).to_be_visible()
    if cause == "quota":
        expect(page.locator("main")).to_contain_text("Requests are available again:")
    audit(page)
    page.get_by_role("link", name="Go back").click()
    expect(heading(page)).to_have_text("Accounts")


@pytest.mark.parametrize("cause", ["key", "quota", "refused", "proxy"])
def test_it_keeps_what_was_typed(
    page: Page, sandbox: Sandbox, application: Application, console: Listener, cause: str
) -> None:
    options, status, title, has_trace = CAUSES[cause]
    console.expect_status(status)
    open_calendar(page, ALEX, "Client calls")
    sandbox.fault("update_calendar", **options)
    background(page).fill("#123456")

    save(page)

    expect(page.locator(".error-summary")).to_contain_text(title)
    expect(background(page)).to_have_value("#123456")
    expect(page.get_by_text("Trace id:")).to_have_count(int(has_trace))
    audit(page)
    asked = len(sandbox.requests)
    save(page)
    if cause == "quota":  # the hour is not over
        expect(page.locator(".error-summary")).to_contain_text(title)
        assert len(sandbox.requests) == asked
        application.end_hour()
        save(page)
    expect(page.locator(".messages")).to_contain_text("Saved Client calls.")


@pytest.mark.walk
@pytest.mark.parametrize("kind", ["cut", "drip", "reset"])
def test_what_became_of_a_lost_write_is_not_claimed_but_read(
    page: Page, sandbox: Sandbox, console: Listener, kind: str
) -> None:
    console.expect_status(502)
    open_calendar(page, ALEX, "Client calls")
    sandbox.fault("update_calendar", kind, performed=True)
    background(page).fill("#123456")

    save(page)

    expect(page.locator(".error-summary")).to_contain_text(UNKNOWN)
    expect(background(page)).to_have_value("#123456")
    assert calendar_of(sandbox, ALEX, "Client calls")["background_color"] == "#123456"
    page.goto(ACCOUNTS)
    page.get_by_role("button", name="Check now").click()
    page.get_by_role("link", name=ALEX, exact=True).click()
    expect(page.get_by_role("link", name="Edited Client calls", exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text("#123456")


@pytest.mark.walk
@pytest.mark.parametrize(
    ("address", "options", "title"),
    [
        (ACCOUNTS, {"kind": "status", "status": 503}, "Focus cannot be reached"),
        (CALENDARS, {"kind": "status", "status": 401}, "Focus refuses this application’s key"),
        (ACCOUNTS, {"kind": "quota"}, "The hourly requests are used up"),
        (CALENDARS, {"kind": "wrong_shape"}, "Focus answered something we cannot read"),
    ],
    ids=["down", "key", "quota", "nonsense"],
)
def test_it_shows_the_last_answer_and_its_age(
    page: Page,
    sandbox: Sandbox,
    application: Application,
    address: str,
    options: Options,
    title: str,
) -> None:
    page.goto(address)
    rows = page.locator("tbody tr").count()
    application.age(minutes=5)
    sandbox.fault("list_accounts", times=None, **options)

    page.reload()

    banner = page.locator(".banner")
    expect(banner).to_contain_text(title)
    expect(banner).to_contain_text("5 minutes ago")
    expect(page.locator("tbody tr")).to_have_count(rows)
    audit(page)
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".banner")).to_contain_text(title)
    sandbox.clear_faults()
    application.age(minutes=5)
    application.end_hour()
    page.get_by_role("button", name="Check now").click()
    expect(page.locator(".banner")).to_contain_text("Checked with Focus just now.")


def test_it_says_when_the_quota_returns(
    page: Page, sandbox: Sandbox, application: Application
) -> None:
    page.goto(ACCOUNTS)
    application.age()
    sandbox.world.spent("alex@example.com", 600, resets_in=1230)

    page.reload()

    expect(page.locator(".banner")).to_contain_text("Requests are available again: in 20 minutes")
    expect(page.locator(".masthead")).to_contain_text("No requests left until")


def test_it_sends_nobody_to_an_address_that_is_not_allowed(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    console.expect_status(502)
    page.goto(CONNECT)
    sandbox.fault("setup", "redirect", location="https://phishing.example.net/login")
    page.locator("label", has_text="Google").click()

    page.get_by_role("button", name="Continue").click()

    expect(heading(page)).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("phishing")
    assert "phishing" not in page.content()
    audit(page)


def test_it_says_what_is_not_there(page: Page, console: Listener) -> None:
    console.expect_status(404)

    page.goto(f"{ACCOUNTS}987654/")

    expect(heading(page)).to_have_text("There is nothing at this address")
    audit(page)
