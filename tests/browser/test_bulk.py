"""Many calendars edited at once: selected, chosen, previewed, carried out by a worker."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.test_accounts import search
from tests.browser.walking import CALENDARS, account_of, heading


@pytest.mark.plain
def test_it_goes_from_the_list_to_the_result(
    page: Page, js: bool, sandbox: Sandbox, application: Application
) -> None:
    page.goto(CALENDARS)
    search(page, "rooms@", js=js)
    expect(page.locator("tbody tr")).to_have_count(4)
    for box in page.locator("tbody").get_by_role("checkbox").all()[:3]:
        box.check()
    if js:
        expect(page.get_by_text("3 selected")).to_be_visible()
    audit(page)
    page.get_by_role("button", name="Edit selected").click()
    expect(heading(page)).to_have_text("Edit 3 calendars")
    audit(page)
    page.get_by_role("textbox", name="Background colour: set to", exact=True).fill("0B8043")
    if not js:
        page.get_by_role("group", name="Background colour").get_by_label(
            "Set to", exact=True
        ).check()
    page.get_by_role("group", name="In Focus", exact=True).get_by_label("Off").check()
    page.get_by_label("Why").fill("Quiet please")
    page.get_by_role("button", name="Preview").click()

    expect(heading(page)).to_have_text("Preview of your bulk edit")
    expect(page.locator("tbody tr")).to_have_count(3)
    audit(page)
    page.get_by_role("button", name="Change 3 calendars").click()

    expect(heading(page)).to_have_text("Bulk edit of 3 calendars")
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    audit(page)
    with application.working():
        expect(page.get_by_text("3 of 3 done.").first).to_be_visible(timeout=30_000)
    expect(page.locator("tbody").get_by_text("Saved")).to_have_count(3)
    audit(page)
    rooms = account_of(sandbox, "rooms@example.net")["calendars"]
    assert [c["background_color"] for c in rooms].count("#0b8043") == 3
    assert [c["selected"] for c in rooms].count(False) == 3
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("tbody tr")).to_have_count(4)
