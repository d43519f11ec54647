"""Having Focus read an account's calendars from their provider again."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import asked, expect_message, heading, open_account

STUDIO = "studio@example.com"


@pytest.mark.walk
def test_it_shows_what_is_new_gone_renamed_and_recoloured(page: Page, sandbox: Sandbox) -> None:
    open_account(page, STUDIO)

    page.get_by_role("button", name="Refresh calendars").click()

    expect(heading(page)).to_have_text(f"Refreshed the calendars of {STUDIO}")
    for title in (
        "1 new calendar",
        "1 calendar is gone",
        "1 calendar was renamed",
        "A refresh has recoloured 1 calendar: which colours stay?",
    ):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    main = page.locator("main")
    for name in ("Showroom", "Old office", "Production schedule", "Production plan", "#455a64"):
        expect(main).to_contain_text(name)
    assert len(asked(sandbox, "refresh")) == 1
    audit(page)

    page.get_by_role("button", name="Keep the earlier colours").click()

    expect(heading(page)).to_have_text("Preview of keeping the earlier colours")
    expect(main).to_contain_text("#616161")
    audit(page)
    page.go_back()
    page.get_by_role("button", name="Take the new colours").click()
    expect_message(page, "1 calendar stays as the refresh has coloured it.")
    expect(page.get_by_role("heading", name="1 calendar was recoloured")).to_be_visible()


def test_it_says_when_nothing_is_new(page: Page) -> None:
    open_account(page, "rooms@example.net")

    page.get_by_role("button", name="Refresh calendars").click()

    expect(page.get_by_role("heading", name="Nothing new")).to_be_visible()
    audit(page)
    page.get_by_role("link", name="Back to rooms@example.net").click()
    expect(
        page.get_by_role("link", name="Refreshed the calendars of rooms@example.net")
    ).to_be_visible()


def test_it_shows_an_edit_of_the_record_before_and_after(page: Page) -> None:
    open_account(page, STUDIO)
    page.get_by_role("link", name="Equipment", exact=True).click()
    page.get_by_role("textbox", name="Text colour", exact=True).fill("#ffffff")
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_role("link", name="Edited Equipment").click()

    row = page.get_by_role("row", name="Text colour")
    expect(row).to_contain_text("#6b6b6b")
    expect(row).to_contain_text("#ffffff")
    expect(page.locator("main")).to_contain_text("Mia Manager")
    audit(page)
