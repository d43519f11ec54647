"""The help, on the way to it from what it explains."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.audit import audit
from tests.browser.walking import heading, open_account


@pytest.mark.walk
def test_what_a_state_means_is_one_step_away(page: Page) -> None:
    open_account(page, "events@example.com")
    page.get_by_role("link", name="What does this mean? Needs reconnecting").click()

    expect(heading(page)).to_have_text("Help")
    expect(page).to_have_url(re.compile("/help/#state-reconnect$"))
    expect(page.locator(":target")).to_be_in_viewport()
    audit(page)

    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Glossary").click()
    expect(page.get_by_role("heading", name="Glossary")).to_be_in_viewport()
