"""Many calendars edited at once: selected, chosen, previewed, carried out by a worker."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from integrations.sandbox import Sandbox
from tests.browser.application import Application
from tests.browser.audit import PROVE, audit
from tests.browser.listening import Listener
from tests.browser.test_accounts import search
from tests.browser.walking import ACCOUNTS, CALENDARS, account_of, heading

#: Milliseconds that a worker may take to start and to do its work on a busy machine.
WORK = 60_000


def pressed(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name).click()


def field(page: Page, label: str) -> Locator:
    """Return the field for a setting's new value."""
    return page.get_by_role("textbox", name=f"{label}: set to", exact=True)


def choose(page: Page, group: str, choice: str) -> None:
    """Choose what to do with a setting."""
    page.get_by_role("group", name=group, exact=True).get_by_label(choice, exact=True).check()


def begin(page: Page, query: str = "?q=rooms%40") -> None:
    """Begin to switch off all that a list's query finds."""
    page.goto(CALENDARS + query)
    pressed(page, "Edit all")
    choose(page, "In Focus", "Off")
    pressed(page, "Preview")
    pressed(page, "Change ")
    expect(heading(page)).to_contain_text("Bulk edit of")


def calendars(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return every calendar as Focus has it."""
    accounts = sandbox.world.accounts(sandbox.shared_key)
    return [calendar for account in accounts for calendar in account["calendars"]]


@pytest.mark.walk
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


def test_all_that_match_is_exactly_what_the_filter_finds(
    page: Page, js: bool, sandbox: Sandbox, application: Application
) -> None:
    page.goto(CALENDARS)
    search(page, "holidays", js=js)
    expect(page.locator("tbody tr")).to_have_count(3)

    pressed(page, "Edit all 3 that match")
    page.get_by_text("Show which").click()
    expect(page.get_by_text("United Kingdom holidays")).to_be_visible()
    choose(page, "Default project", "Set to")
    field(page, "Default project").fill("330003")
    pressed(page, "Preview")
    pressed(page, "Change 3 calendars")

    with application.working():
        expect(page.get_by_text("3 of 3 done.").first).to_be_visible(timeout=WORK)
    touched = {c["name"] for c in calendars(sandbox) if c["default_project_id"] == 330003}
    assert touched - {"events@example.com"} == {"Team holidays", "United Kingdom holidays"}


def test_ticks_are_counted_and_stay_when_the_list_is_filtered_again(lively: Page) -> None:
    page = lively
    page.goto(CALENDARS)
    everything = page.get_by_label("Select every calendar on this page")
    everything.check()
    expect(page.get_by_text("30 selected")).to_be_visible()
    expect(page.locator("form .button-primary")).to_have_text("Edit selected")
    everything.uncheck()
    expect(page.locator("form .button-primary")).to_have_text("Edit all 30 calendars")
    expect(page.get_by_text("selected", exact=True)).to_have_count(0)

    search(page, "rooms@", js=True)
    expect(page.locator("tbody tr")).to_have_count(4)
    page.locator("tbody").get_by_role("checkbox").first.check()  # leaves the field, which filters
    page.wait_for_load_state("networkidle")

    expect(page.get_by_text("1 selected")).to_be_visible()
    expect(page.locator("tbody").get_by_role("checkbox").first).to_be_checked()
    assert everything.evaluate("box => box.indeterminate")


def test_typing_a_value_chooses_to_set_it(lively: Page) -> None:
    page = lively
    page.goto(f"{CALENDARS}?q=rooms%40")
    pressed(page, "Edit all")

    field(page, "Background colour").fill("0b8043")
    field(page, "Default task").fill("12")
    page.get_by_role("textbox", name="Text colour: set to picker").fill("#ffffff")

    for name in ("Background colour", "Text colour", "Default task"):
        group = page.get_by_role("group", name=name, exact=True)
        expect(group.get_by_label("Set to", exact=True)).to_be_checked()
    expect(field(page, "Text colour")).to_have_value("#ffffff")
    expect(page.get_by_text(re.compile("^Contrast .* easy to read"))).to_be_visible()


def test_what_is_wrong_is_said_at_the_field(page: Page, js: bool) -> None:
    page.goto(f"{CALENDARS}?q=rooms%40")
    pressed(page, "Edit all")
    field(page, "Default project").fill("7")
    choose(page, "Default project", "Leave as is")
    pressed(page, "Preview")

    problem = page.locator(".error-summary")
    expect(problem).to_contain_text("There is a problem")
    audit(page)
    problem.get_by_role("link").click()
    if js:
        expect(field(page, "Default project")).to_be_focused()
    expect(field(page, "Default project")).to_have_value("7")


def test_when_the_list_has_changed_it_asks_again(
    page: Page, application: Application, console: Listener
) -> None:
    console.expect_status(409)
    page.goto(f"{CALENDARS}?q=rooms%40")
    pressed(page, "Edit all")
    choose(page, "In Focus", "Off")
    pressed(page, "Preview")
    expect(page.get_by_role("button", name="Change 4 calendars")).to_be_visible()
    moved = "UPDATE integrations_calendar SET search = 'rooms@' WHERE name = 'Equipment'"
    assert application.execute(moved) == 1

    pressed(page, "Change 4 calendars")

    expect(page.get_by_text("1 more calendar matches now.")).to_be_visible()
    expect(page.get_by_role("button", name="Change ")).to_have_count(0)
    audit(page)
    pressed(page, "Keep the 4 that were selected")
    expect(page.get_by_role("button", name="Change 4 calendars")).to_be_visible()


def test_it_can_be_left_and_is_told_on_the_next_page(
    page: Page, js: bool, application: Application
) -> None:
    begin(page)
    page.goto(ACCOUNTS)
    expect(page.get_by_text("Bulk edit: 0 of 4 done.")).to_be_visible()
    audit(page)
    told = page.get_by_text("Bulk edit finished: 4 saved.")

    with application.working():
        for _try in range(120):
            page.reload()
            if told.is_visible():
                break
            page.wait_for_timeout(500)

    expect(told).to_be_visible()
    audit(page)
    page.get_by_role("link", name="See the result").click()
    expect(page.get_by_text("4 of 4 done.").first).to_be_visible()
    page.goto(ACCOUNTS)
    expect(told).to_have_count(0)


def test_without_a_worker_it_says_so_and_can_be_stopped(
    page: Page, js: bool, application: Application, sandbox: Sandbox
) -> None:
    begin(page)
    here = page.url
    application.execute("UPDATE integrations_batchpart SET worked_at = '2026-01-01 00:00:00'")
    expect(page.get_by_text("No worker is running")).to_be_visible(timeout=WORK)  # by itself
    assert page.url == here
    audit(page)

    pressed(page, "Stop: leave the other 4 as they are")

    expect(page.get_by_text("then stopped by Mia Manager.").first).to_be_visible()
    expect(page.locator("tbody").get_by_text("Refused", exact=True)).to_have_count(4)
    audit(page)
    rooms = account_of(sandbox, "rooms@example.net")["calendars"]
    assert all(calendar["selected"] for calendar in rooms)


def test_the_keyboard_stays_where_it_is_while_the_page_follows(lively: Page) -> None:
    begin(lively)
    for found in (
        lively.get_by_role("button", name="Stop"),
        lively.locator("tbody").get_by_role("link").nth(1),
    ):
        found.focus()
        with lively.expect_response(re.compile("/batches/")):
            pass
        with lively.expect_response(re.compile("/batches/")):
            pass
        expect(found).to_be_focused()


@pytest.mark.skipif(not PROVE, reason="takes minutes; PROVE=1 runs it")
def test_fifteen_hundred_calendars_are_edited_at_once(
    page: Page, sandbox: Sandbox, application: Application
) -> None:
    crowded = account_of(sandbox, "rooms@example.net")["calendars"]
    crowded += [
        {**crowded[0], "calendar_id": 990_000 + number, "name": f"Zone {number:04d}"}
        for number in range(1_496)
    ]
    page.set_default_timeout(WORK)
    before = {c["calendar_id"]: c["selected"] for c in calendars(sandbox)}
    rooms = {calendar["calendar_id"] for calendar in crowded}
    page.goto(f"{CALENDARS}?q=rooms%40")

    pressed(page, "Edit all 1500 that match")
    choose(page, "In Focus", "Off")
    pressed(page, "Preview")
    expect(page.get_by_text("1500 calendars change.")).to_be_visible()
    expect(page.get_by_text("now, the rest after")).to_be_visible()
    audit(page)
    pressed(page, "Change 1500 calendars")

    with application.working():
        expect(page.get_by_text("; continues at ").first).to_be_visible(timeout=5 * WORK)
    audit(page)
    after = {c["calendar_id"]: c["selected"] for c in calendars(sandbox)}
    changed = {number for number, on in after.items() if on != before[number]}
    assert changed <= rooms
    assert len(changed) > 500
