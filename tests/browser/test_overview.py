"""The overview: what needs somebody, from the first look to nothing at all."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from integrations.sandbox import Sandbox
from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.conftest import Opener
from tests.browser.walking import (
    HOME,
    account_of,
    asked,
    calendar_of,
    expect_message,
    heading,
    open_account,
    written,
)

OVERVIEW = f"{HOME}/overview/"
BROKEN = "events@example.com"
LOW = (
    ("alex@example.com", "Focus time"),
    ("studio@example.com", "Equipment"),
    (BROKEN, "Conference travel"),
    ("alexandra.administrator.of.the.example.studio.freelance@mail.example.org", "Freelance"),
)


def line(page: Page, title: str) -> Locator:
    """Return the line about something."""
    return page.locator(".need", has=page.get_by_role("link", name=title, exact=True))


def calm(sandbox: Sandbox) -> None:
    """Let nothing be wrong."""
    account_of(sandbox, BROKEN)["error_status"] = ""
    for email, name in LOW:
        calendar_of(sandbox, email, name)["foreground_color"] = "#000000"
        calendar_of(sandbox, email, name)["background_color"] = "#ffffff"


@pytest.mark.walk
def test_it_names_what_is_wrong_and_a_line_is_put_aside_and_back(
    page: Page, sandbox: Sandbox
) -> None:
    page.goto("/workspaces/")
    page.get_by_role("link", name="Example Studio").click()

    expect(heading(page)).to_have_text("What needs you?")
    expect(line(page, BROKEN)).to_contain_text("Who acts: You.")
    audit(page)
    line(page, BROKEN).get_by_role("button", name="Dismiss").click()
    expect_message(page, "Dismissed until it changes.")
    expect(line(page, BROKEN)).to_have_count(0)
    page.get_by_role("link", name="Show what is dismissed").click()
    expect(line(page, BROKEN)).to_contain_text("Dismissed by Mia Manager")
    audit(page)
    page.get_by_role("button", name="Show again").click()
    expect_message(page, "Shown on the overview again.")
    expect(page.get_by_role("heading", name="Nothing is dismissed")).to_be_visible()
    audit(page)

    page.get_by_role("link", name="Back to the overview").click()
    line(page, BROKEN).get_by_role("link", name="Reconnect").click()

    expect(heading(page)).to_contain_text("Reconnect")
    assert len(sandbox.requests) == 1


def test_a_calendar_that_appeared_is_turned_on_or_left(page: Page, sandbox: Sandbox) -> None:
    page.goto(OVERVIEW)
    open_account(page, "studio@example.com")
    page.get_by_role("button", name="Refresh calendars").click()
    expect(heading(page)).to_contain_text("Refreshed the calendars")
    page.goto(OVERVIEW)
    audit(page)

    line(page, "Showroom").get_by_role("button", name="Turn").click()

    expect(page.locator(".messages")).to_contain_text(re.compile("Showroom is (on|off)"))
    expect(line(page, "Showroom")).to_have_count(0)
    assert len(written(sandbox)) == 1


def test_it_says_that_nothing_is_wrong(page: Page, sandbox: Sandbox) -> None:
    calm(sandbox)

    page.goto(OVERVIEW)

    expect(page.locator(".empty h2")).to_have_text("Nothing needs you.")
    expect(page.locator(".empty")).to_contain_text("just now (")
    audit(page)


def test_it_claims_nothing_where_focus_is_down(page: Page, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "status", status=503)
    page.goto(OVERVIEW)
    expect(page.locator(".empty h2")).to_have_text("The accounts could not be loaded yet")
    audit(page)
    calm(sandbox)
    page.get_by_role("button", name="Check now").last.click()
    expect(page.locator(".empty h2")).to_have_text("Nothing needs you.")


def test_an_empty_workspace_leads_to_connecting(page: Page, sandbox: Sandbox) -> None:
    sandbox.world.accounts(sandbox.shared_key).clear()

    page.goto(OVERVIEW)

    expect(page.get_by_role("heading", name="No account is connected yet")).to_be_visible()
    audit(page)
    page.locator(".empty").get_by_role("link", name="Connect calendar").click()
    expect(heading(page)).to_contain_text("Connect")


def test_a_viewer_sees_who_may_act(opened: Opener, js: bool) -> None:
    page = opened("vera@example.com", js=js)

    page.goto(OVERVIEW)

    expect(line(page, BROKEN)).to_contain_text("Who acts: A manager.")
    expect(page.get_by_role("button", name="Dismiss")).to_have_count(0)
    audit(page)


def test_a_hundred_lines_stay_usable(
    page: Page, sandbox: Sandbox, application: Application
) -> None:
    studio = account_of(sandbox, "studio@example.com")
    like = calendar_of(sandbox, "studio@example.com", "Equipment")
    studio["calendars"] += [
        {**like, "calendar_id": 990_000 + n, "name": f"Van {n:03d}", "external_id": f"van{n}"}
        for n in range(100)
    ]

    page.goto(OVERVIEW)

    expect(page.locator(".need")).to_have_count(6)
    audit(page)
    page.get_by_role("link", name="Show all 104").click()
    expect(page.locator(".need")).to_have_count(100)
    audit(page)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".need")).to_have_count(4)
    page.get_by_role("link", name="Overview", exact=True).first.click()
    page.get_by_role("button", name="Use readable text on them all").click()
    expect(page.locator("main")).to_contain_text("104 calendars")
    assert len(asked(sandbox, "list_accounts")) == 1
