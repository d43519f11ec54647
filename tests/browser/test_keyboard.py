"""The product without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.keys import has_visible_focus, tab_to
from tests.browser.test_calendar_form import ALEX, background
from tests.browser.walking import (
    ACCOUNTS,
    calendar_of,
    expect_message,
    leave_for,
    open_calendar,
    written,
)


def test_it_skips_to_the_content(page: Page) -> None:
    page.goto(ACCOUNTS)
    skip = page.get_by_role("link", name="Skip to the content")

    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Check now")).to_be_focused()


def test_it_shows_where_one_is_on_the_way_to_the_provider(page: Page) -> None:
    link = leave_for(page, "Google")

    expect(link).to_be_focused()
    assert has_visible_focus(link)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()


@pytest.mark.walk
def test_it_edits_a_calendar_from_sign_in_to_save(page: Page, sandbox: Sandbox) -> None:
    page.goto("/workspaces/")
    for name in ("Example Studio", "Accounts", ALEX, "Client calls"):
        tab_to(page.get_by_role("link", name=name).first)
        page.keyboard.press("Enter")
        expect(page).not_to_have_url("about:blank")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()

    tab_to(background(page))
    page.keyboard.press("Control+A")
    page.keyboard.type("#123456")
    tab_to(page.get_by_label("On", exact=True))
    page.keyboard.press("Space")
    tab_to(page.get_by_role("button", name="Save", exact=True))
    page.keyboard.press("Enter")

    expect_message(page, "Saved Client calls.")
    saved = calendar_of(sandbox, ALEX, "Client calls")
    assert (saved["background_color"], saved["selected"]) == ("#123456", False)


def test_it_says_what_a_filter_found(lively: Page) -> None:
    lively.goto(ACCOUNTS)
    search = lively.get_by_label("Search")
    tab_to(search)

    lively.keyboard.type("studio@")

    expect(lively.locator("#announce")).to_have_text("1 of 6 accounts")
    expect(search).to_be_focused()


def test_it_saves_with_enter(page: Page, sandbox: Sandbox) -> None:
    open_calendar(page, ALEX, "Client calls")
    background(page).fill("#123456")

    page.keyboard.press("Enter")

    expect_message(page, "Saved Client calls.")
    assert written(sandbox)[0]["foreground_color"] == "#ffffff"


@pytest.mark.walk
def test_keys_lead_to_pages_and_to_the_search_but_not_out_of_a_field(lively: Page) -> None:
    page = lively
    page.goto(ACCOUNTS)

    page.keyboard.type("gc")
    expect(page).to_have_url(re.compile("/calendars/$"))
    page.keyboard.press("/")
    find = page.get_by_label("Find anything in this workspace")
    expect(find).to_be_focused()
    page.keyboard.type("g?a/")
    expect(find).to_have_value("g?a/")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q="))
    audit(page)
    page.keyboard.press("Control+?")
    page.keyboard.press("?")
    expect(page).to_have_url(re.compile("/help/keys/$"))
    audit(page)

    page.get_by_role("link", name="Switch them off").click()
    page.get_by_label("Use keyboard shortcuts").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect_message(page, "Your settings are saved.")
    page.keyboard.type("/gc")
    expect(page).to_have_url(re.compile("/me/settings/#id_shortcuts$"))
    audit(page)
