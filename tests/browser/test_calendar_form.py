"""The form of one calendar: what it shows, and that only what was touched is written."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.listening import Listener
from tests.browser.walking import (
    asked,
    calendar_of,
    expect_message,
    open_calendar,
    save,
    written,
)

ALEX, OUTLOOK = "alex@example.com", "alex.admin@example.net"


def background(page: Page) -> Locator:
    """Return the text field of the background colour."""
    return page.get_by_role("textbox", name="Background colour", exact=True)


def foreground(page: Page) -> Locator:
    """Return the text field of the text colour."""
    return page.get_by_role("textbox", name="Text colour", exact=True)


def stored(sandbox: Sandbox, email: str, name: str) -> dict[str, Any]:
    """Return a copy of what the sandbox has of a calendar, without the moment of its change."""
    calendar = dict(calendar_of(sandbox, email, name))
    del calendar["updated_at"]
    return calendar


@pytest.mark.parametrize("typed", ["#fff", "FFF", " #FFFFFF "])
def test_it_understands_a_colour_as_people_type_it(
    page: Page, sandbox: Sandbox, typed: str
) -> None:
    before = calendar_of(sandbox, ALEX, "Client calls") | {}
    open_calendar(page, ALEX, "Client calls")

    background(page).fill(typed)
    save(page)

    expect_message(page, "Saved Client calls.")
    expect(background(page)).to_have_value("#ffffff")
    assert written(sandbox) == [before | {"background_color": "#ffffff"}]
    assert calendar_of(sandbox, ALEX, "Client calls")["background_color"] == "#ffffff"


def test_it_marks_what_was_sent_until_focus_confirms_it(page: Page) -> None:
    open_calendar(page, ALEX, "Client calls")
    background(page).fill("#123456")
    save(page)
    expect(page.get_by_text("Shown as sent; not confirmed by Focus yet.")).to_be_visible()
    audit(page)

    page.get_by_role("link", name="Accounts", exact=True).first.click()
    page.get_by_role("button", name="Check now").click()
    page.get_by_role("link", name=ALEX, exact=True).click()

    expect(page.locator("main")).to_contain_text("#123456")
    expect(page.locator("main")).not_to_contain_text("not confirmed by Focus")


def test_it_shows_what_focus_answered(page: Page, sandbox: Sandbox) -> None:
    sandbox.switches.dialect = "documented"
    open_calendar(page, ALEX, "Client calls")

    background(page).fill("#123456")
    save(page)

    expect_message(page, "Saved Client calls.")
    expect(background(page)).to_have_value("#123456")
    expect(page.locator("main")).not_to_contain_text("not confirmed by Focus")


@pytest.mark.walk
def test_it_writes_only_what_was_touched(page: Page, sandbox: Sandbox) -> None:
    before = calendar_of(sandbox, ALEX, "alex@example.com") | {}
    open_calendar(page, ALEX, "alex@example.com")
    audit(page)

    page.get_by_label("Default project").fill("330004")
    page.get_by_label("On", exact=True).uncheck()
    save(page)

    expect_message(page, "Saved alex@example.com.")
    expect(page.get_by_label("On", exact=True)).not_to_be_checked()
    assert written(sandbox) == [before | {"default_project_id": 330004, "selected": False}]
    expect(page.get_by_role("link", name="Edited alex@example.com")).to_be_visible()
    assert len(asked(sandbox, "list_calendars")) == 1


def test_it_takes_a_default_away_and_switches_on(page: Page, sandbox: Sandbox) -> None:
    before = calendar_of(sandbox, ALEX, "Birthdays") | {}
    before |= {"default_project_id": 330001}
    calendar_of(sandbox, ALEX, "Birthdays").update(default_project_id=330001)
    open_calendar(page, ALEX, "Birthdays")

    page.get_by_label("Default project").fill("")
    page.get_by_label("On", exact=True).check()
    save(page)

    expect_message(page, "Saved Birthdays.")
    assert written(sandbox) == [before | {"default_project_id": None, "selected": True}]


def test_it_sends_nothing_when_nothing_was_changed(page: Page, sandbox: Sandbox) -> None:
    open_calendar(page, ALEX, "Client calls")
    before = len(sandbox.requests)

    save(page)

    expect_message(page, "Nothing was changed, so nothing was sent.")
    assert len(sandbox.requests) == before


def test_it_keeps_what_was_typed_when_it_is_no_colour(
    page: Page, js: bool, sandbox: Sandbox
) -> None:
    open_calendar(page, ALEX, "Client calls")

    background(page).fill("blurple")
    page.get_by_label("Default project").fill("the big one")
    save(page)

    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Enter a colour as six or three hex digits, such as #1a73e8.")
    expect(page).to_have_title(
        "Error: Client calls — alex@example.com (Google) – Calendars – Focusadmin"
    )
    if js:
        expect(summary).to_be_focused()
    expect(background(page)).to_have_value("blurple")
    expect(page.get_by_label("Default project")).to_have_value("the big one")
    assert not written(sandbox)
    audit(page)
    summary.get_by_role("link").first.click()
    expect(background(page)).to_be_focused()


def test_it_leaves_a_stored_colour_that_is_none_alone(page: Page, sandbox: Sandbox) -> None:
    before = calendar_of(sandbox, OUTLOOK, "Named, not coloured") | {}
    open_calendar(page, OUTLOOK, "Named, not coloured")
    expect(background(page)).to_have_value("lightyellow")
    expect(page.get_by_text("Focus has “lightyellow” here")).to_be_visible()
    expect(page.get_by_text("Contrast not known")).to_be_visible()
    audit(page)

    page.get_by_label("On", exact=True).check()
    save(page)

    expect_message(page, "Saved Named, not coloured.")
    assert written(sandbox) == [before | {"selected": True}]


def test_it_never_turns_a_missing_colour_into_black(page: Page, sandbox: Sandbox) -> None:
    before = calendar_of(sandbox, OUTLOOK, "No colours yet") | {}
    open_calendar(page, OUTLOOK, "No colours yet")
    expect(background(page)).to_have_value("")

    foreground(page).fill("0a0")
    save(page)

    expect_message(page, "Saved No colours yet.")
    assert written(sandbox) == [before | {"foreground_color": "#00aa00"}]


def test_it_offers_readable_text_and_saves_it_only_when_told(page: Page, sandbox: Sandbox) -> None:
    before = calendar_of(sandbox, ALEX, "Focus time") | {}
    open_calendar(page, ALEX, "Focus time")
    expect(page.get_by_text("hard to read. Aim for 4.5:1 or more.")).to_be_visible()

    background(page).fill("#eeeeee")
    page.get_by_role("button", name="Use readable text").click()

    expect(foreground(page)).to_have_value("#000000")
    expect(background(page)).to_have_value("#eeeeee")
    expect(page.get_by_text("easy to read")).to_be_visible()
    assert not written(sandbox)
    save(page)
    expect_message(page, "Saved Focus time.")
    changed = {"background_color": "#eeeeee", "foreground_color": "#000000"}
    assert written(sandbox) == [before | changed]


def test_it_warns_before_an_account_that_needs_attention(page: Page, sandbox: Sandbox) -> None:
    open_calendar(page, "events@example.com", "Workshops")

    expect(page.get_by_role("heading", name="This account needs attention first")).to_be_visible()
    audit(page)


def test_it_says_that_the_calendar_has_vanished(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    console.expect_status(409)
    open_calendar(page, ALEX, "Birthdays")
    account = sandbox.world.accounts(sandbox.shared_key)[0]
    account["calendars"].remove(calendar_of(sandbox, ALEX, "Birthdays"))

    background(page).fill("#123456")
    save(page)

    expect(page.locator("main")).to_contain_text("no longer in")
    expect(background(page)).to_have_value("#123456")
    assert not written(sandbox)
