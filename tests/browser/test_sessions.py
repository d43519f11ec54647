"""Sessions that end while somebody is still at work."""

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.listening import Listener
from tests.browser.test_calendar_form import ALEX, background
from tests.browser.test_sign_in import sign_in
from tests.browser.walking import (
    ACCOUNTS,
    calendar_of,
    expect_message,
    heading,
    open_calendar,
    save,
    written,
)


def send_again(page: Page) -> None:
    """Press the button that sends what was kept."""
    page.get_by_role("button", name="Send it again").click()


@pytest.mark.walk
def test_it_keeps_what_was_typed_past_the_end_of_the_session(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    console.expect_status(403)
    open_calendar(page, ALEX, "Client calls")
    background(page).fill("#123456")
    page.context.clear_cookies(name="sessionid")
    save(page)
    expect(heading(page)).to_have_text("Your sign-in has ended")
    assert not written(sandbox)
    audit(page)

    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Sign in on another tab").click()
    sign_in(opening.value)
    expect(heading(opening.value)).to_have_text("Choose a workspace")
    send_again(page)
    # Signing in replaces the token that forms carry, so the page asks once more.
    expect(heading(page)).to_have_text("This form was open for too long")
    send_again(page)

    expect_message(page, "Saved Client calls.")
    assert calendar_of(sandbox, ALEX, "Client calls")["background_color"] == "#123456"


def test_it_keeps_what_was_typed_when_a_form_counts_no_more(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    console.expect_status(403)
    open_calendar(page, ALEX, "Client calls")
    background(page).fill("#123456")
    page.context.clear_cookies(name="csrftoken")
    save(page)
    expect(heading(page)).to_have_text("This form was open for too long")
    assert not written(sandbox)
    audit(page)

    send_again(page)

    expect_message(page, "Saved Client calls.")
    assert calendar_of(sandbox, ALEX, "Client calls")["background_color"] == "#123456"


def test_it_asks_who_is_there_when_a_filter_finds_nobody_signed_in(lively: Page) -> None:
    lively.goto(ACCOUNTS)
    lively.context.clear_cookies(name="sessionid")

    lively.get_by_label("State").select_option("Working")

    expect(lively).to_have_title("Sign in – Focusadmin")
    sign_in(lively)
    expect(lively).to_have_url(re.compile(rf"{ACCOUNTS}"))
