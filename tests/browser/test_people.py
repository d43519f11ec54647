"""What managers do with people and with the list of workspaces."""

import re

from playwright.sync_api import Page, expect

from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.walking import expect_message, heading

ADDED = (
    "INSERT INTO identity_user"
    " (password, issuer, subject, email, name, role, is_active, created_at)"
    " VALUES ('!', 'https://sso.example.com', ?, 'sam@example.com', 'Sam', '', 1, '2026-01-02')"
)


def test_it_finds_a_person_and_shows_the_text_to_send(page: Page, js: bool) -> None:
    page.goto("/people/")
    expect(page.get_by_role("link", name="Pia Password", exact=True)).to_be_visible()
    audit(page)

    page.get_by_label("Search").press_sequentially("noah")
    if not js:
        page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Reminder text Noah").click()

    expect(heading(page)).to_have_text("Noah Neighbour")
    expect(page).to_have_url(re.compile("#reminder$"))
    text = page.get_by_role("textbox", name="A reminder to send")
    expect(text).to_have_value(re.compile(r"^Hello Noah Neighbour,[^$]*/me/key/, enter your key"))
    expect(text).not_to_be_editable()
    audit(page)


def test_it_disables_enables_and_removes(page: Page, application: Application) -> None:
    for subject in ("one", "two"):
        application.execute(ADDED, subject)
    page.goto("/people/?q=sam")
    expect(page.locator("tbody tr")).to_have_count(2)
    audit(page)
    page.get_by_role("row", name="signs in as one at").get_by_role("link", name="Sam").first.click()

    page.get_by_role("button", name="Disable Sam").click()
    expect_message(page, "Sam may not sign in any more.")
    page.get_by_role("button", name="Enable Sam").click()
    expect_message(page, "Sam may sign in again.")
    page.get_by_role("link", name="Remove Sam…").click()
    expect(page.get_by_text("To shut them out, disable them instead.")).to_be_visible()
    audit(page)
    page.get_by_role("button", name="Remove Sam").click()

    expect_message(page, "Sam is removed")
    page.get_by_role("link", name="Status").click()
    expect(page.get_by_role("textbox", name="For support")).not_to_be_editable()
    audit(page)
    page.goto("/people/?q=sam")
    expect(page.locator("tbody tr")).to_have_count(1)
    application.execute("DELETE FROM identity_user WHERE email = 'sam@example.com'")


def test_it_adds_renames_and_removes_a_workspace(page: Page) -> None:
    page.goto("/workspaces/")
    page.get_by_role("link", name="Manage workspaces").click()
    audit(page)
    page.get_by_label("Workspace", exact=True).fill("https://focus.toggl.com/workspaces/77/x")
    page.get_by_label("Label").fill("Outpost")
    page.get_by_role("button", name="Add workspace").click()
    expect(page.locator(".error-summary")).to_contain_text("does not let the shared key read")
    audit(page)
    page.get_by_label("Add it all the same").check()
    page.get_by_role("button", name="Add workspace").click()
    expect_message(page, "Outpost is on the list.")

    page.get_by_role("link", name="Rename Outpost").click()
    audit(page)
    page.get_by_label("Label").fill("Far post")
    page.get_by_role("button", name="Rename").click()
    expect_message(page, "It is called Far post now.")

    page.get_by_role("link", name="Remove Far post").click()
    audit(page)
    page.get_by_role("button", name="Remove Far post").click()
    expect_message(page, "Far post is off the list.")
