"""A default project and task found by name in the form, by keyboard, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import asked, calendar_of, expect_message, open_calendar, save, written

ALEX = "alex@example.com"


@pytest.mark.walk
def test_a_project_is_found_by_keyboard_and_saved(page: Page, sandbox: Sandbox, js: bool) -> None:
    before = calendar_of(sandbox, ALEX, "Birthdays") | {}
    open_calendar(page, ALEX, "Birthdays")
    page.get_by_role("textbox", name="Background colour", exact=True).fill("#123456")

    page.get_by_text("Find a project by name").click()
    page.get_by_label("Words of the project’s or client’s name").fill("harbour")
    page.keyboard.press("Enter")

    first = page.get_by_role("radio", name="Community events")
    expect(first).to_be_focused()
    expect(page.get_by_role("group", name="2 projects")).to_be_visible()
    if js:
        expect(page.locator("#announce")).to_have_text("2 projects")
        audit(page)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Website relaunch")).to_be_checked()
    page.get_by_role("button", name="Use this project").press("Enter")

    number = page.get_by_role("textbox", name="Default project", exact=True)
    expect(number).to_be_focused()
    expect(number).to_have_value("330001")
    expect(page.locator("#pick-default_project_id")).to_contain_text("Website relaunch")
    assert written(sandbox) == []
    save(page)
    expect_message(page, "Saved Birthdays.")
    wish = {"background_color": "#123456", "default_project_id": 330001}
    assert written(sandbox) == [before | wish]
    assert (len(asked(sandbox, "projects")), len(asked(sandbox, "clients"))) == (1, 1)


def test_a_dead_default_says_so(lively: Page, sandbox: Sandbox) -> None:
    page = lively
    calendar_of(sandbox, ALEX, "Birthdays").update(
        default_project_id=330009, default_planned_task_id=229999
    )
    page.goto("/w/4400001/calendars/")
    page.get_by_role("button", name="Look up names").click()

    expect_message(page, "Names were looked up with 3 requests.")
    row = page.get_by_role("row").filter(has_text="Birthdays")
    expect(row).to_contain_text("Office move (finished)")
    expect(row).to_contain_text("archived")
    expect(row).to_contain_text("not found")
    audit(page)
    open_calendar(page, ALEX, "Birthdays")
    expect(page.get_by_text("This project is archived.")).to_be_visible()
    expect(page.get_by_text("No task with this number is among those")).to_be_visible()
