"""What a viewer meets: everything to see, and what they may not do with the reason beside it."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.conftest import Opener
from tests.browser.listening import Listener
from tests.browser.walking import ACCOUNTS, heading

REASON = "Needs the role Manager. Your role is Viewer."


def explained(page: Page, name: str, reason: str) -> None:
    """Expect a button that can be reached, is off, and says why to eyes and ears."""
    button = page.get_by_role("button", name=name).first
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description(reason)
    expect(page.get_by_text(reason).first).to_be_visible()
    button.focus()
    expect(button).to_be_focused()


@pytest.mark.walk
def test_a_viewer_sees_every_action_with_the_reason_why_not(
    opened: Opener, js: bool, sandbox: Sandbox, console: Listener
) -> None:
    page = opened("vera@example.com", js=js)
    page.goto(ACCOUNTS)
    explained(page, "Connect calendar", REASON)
    explained(page, "Reconnect events@example.com", REASON)
    audit(page)

    page.get_by_role("link", name="events@example.com").click()
    explained(page, "Reconnect", REASON)
    explained(page, "Disconnect events@example.com…", REASON)
    explained(page, "Refresh calendars", "Needs the role Editor. Your role is Viewer.")
    page.get_by_role("button", name="Reconnect").press("Enter")
    expect(heading(page)).to_have_text("events@example.com")
    audit(page)

    console.expect_status(403)
    page.goto(f"{ACCOUNTS}connect/")
    expect(heading(page)).to_have_text("You may not do this")
    expect(page.get_by_text("manage.py user role vera@example.com manager")).to_be_visible()
    audit(page)


def test_a_viewer_reads_a_calendars_form(opened: Opener, js: bool, sandbox: Sandbox) -> None:
    page = opened("vera@example.com", js=js)
    page.goto(ACCOUNTS)
    page.get_by_role("link", name="alex.admin@example.net").click()
    page.locator("tbody th a").first.click()

    expect(page.get_by_label("On", exact=True)).to_be_disabled()
    explained(page, "Save", "Needs the role Editor. Your role is Viewer.")
    audit(page)
