"""The record of changes: searched, filtered, opened, exported; and why, from form to list."""

import csv
import re

from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.conftest import Opener
from tests.browser.listening import Listener
from tests.browser.walking import HOME, calendar_of, expect_message, heading, open_calendar, save

ACTIVITY = f"{HOME}/activity/"


def test_it_says_when_nothing_was_changed_yet(page: Page) -> None:
    page.goto(ACTIVITY)

    expect(page.get_by_role("heading", name="Nothing was changed yet")).to_be_visible()
    audit(page)


def test_an_edit_is_found_with_why_and_exported(page: Page, js: bool) -> None:
    for colour, why in (("#123456", "New brand"), ("#654321", "")):
        open_calendar(page, "alex.admin@example.net", "Board")
        page.get_by_label("Background colour").first.fill(colour)
        page.get_by_label("Why").fill(why)
        save(page)
        expect_message(page, "Saved Board.")

    page.get_by_role("link", name="Activity", exact=True).click()
    expect(heading(page)).to_have_text("Activity")
    expect(page.locator("tbody tr")).to_have_count(2)
    audit(page)

    page.get_by_label("Search").press_sequentially("new brand")
    if not js:
        page.get_by_role("button", name="Filter").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?&]q=new(\+|%20)brand"))
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    assert re.fullmatch(
        r"focusadmin-activity-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename
    )
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        assert [row["note"] for row in csv.DictReader(file)] == ["New brand"]

    page.get_by_role("link", name="Edited Board").click()
    expect(heading(page)).to_have_text("Edited Board")
    expect(page.locator("blockquote")).to_have_text("New brand")
    expect(page.get_by_role("row", name="Background colour")).to_contain_text("#123456")
    audit(page)


def test_nothing_matches_and_a_chip_undoes_it(page: Page, js: bool) -> None:
    open_calendar(page, "alex.admin@example.net", "Board")
    page.get_by_label("Background colour").first.fill("#123456")
    save(page)
    expect_message(page, "Saved Board.")

    page.goto(f"{ACTIVITY}?outcome=done&calendar=elsewhere")
    expect(page.get_by_role("heading", name="No change matches")).to_be_visible()
    audit(page)
    page.get_by_role("link", name="Calendar: elsewhere").click()

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("link", name="Outcome: Done")).to_be_visible()


def test_why_survives_the_page_that_compares(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    console.expect_status(409)
    open_calendar(page, "alex.admin@example.net", "Board")
    calendar_of(sandbox, "alex.admin@example.net", "Board")["background_color"] = "#222222"
    page.get_by_label("Background colour").first.fill("#123456")
    page.get_by_label("Why").fill("Ours counts")
    save(page)
    expect(heading(page)).to_have_text("Somebody else changed this calendar")
    audit(page)
    page.get_by_role("button", name="Save my choices").click()
    expect_message(page, "Saved Board.")

    page.get_by_role("link", name="All of it in Activity").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_text("Ours counts")).to_have_count(2)
    page.get_by_role("link", name="Edit Board", exact=True).click()
    expect(page.get_by_role("columnheader", name="Found instead")).to_be_visible()
    audit(page)


def test_whoever_may_only_look_sees_it_too(opened: Opener, sandbox: Sandbox) -> None:
    window = opened("vera@example.com")
    window.goto(ACTIVITY)

    expect(heading(window)).to_have_text("Activity")
