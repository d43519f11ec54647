"""The list of accounts, and one account."""

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import ACCOUNTS, account_of, expect_message, heading, open_account


def choose(page: Page, label: str, option: str, *, js: bool) -> None:
    """Set a filter; without a script it takes a button to send it."""
    page.get_by_label(label, exact=True).select_option(option)
    if not js:
        page.get_by_role("button", name="Filter").click()


def search(page: Page, text: str, *, js: bool) -> None:
    """Look for a text; without a script it takes a button to send it."""
    page.get_by_label("Search").press_sequentially(text)
    if not js:
        page.get_by_role("button", name="Filter").click()


@pytest.mark.walk
def test_it_chooses_a_workspace_and_lists_its_accounts(page: Page, sandbox: Sandbox) -> None:
    page.goto("/workspaces/")
    expect(heading(page)).to_have_text("Choose a workspace")
    audit(page)

    page.get_by_role("link", name="Example Studio").click()
    expect(heading(page)).to_have_text("What needs you?")
    page.get_by_role("link", name="Accounts", exact=True).click()

    expect(heading(page)).to_have_text("Accounts")
    expect(page).to_have_title("1 needs attention – Accounts – Focusadmin")
    expect(page.locator("tbody tr")).to_have_count(6)
    broken = page.get_by_role("row", name="events@example.com")
    expect(broken).to_contain_text("Needs reconnecting")
    assert len(sandbox.requests) == 1
    audit(page)


def test_it_opens_a_workspace_whose_organization_is_not_known(page: Page, sandbox: Sandbox) -> None:
    page.goto("/workspaces/")

    page.get_by_role("link", name="Field work").click()
    page.get_by_role("link", name="Accounts", exact=True).click()

    expect(page.locator("tbody tr")).to_have_count(6)
    assert "organizations" not in sandbox.requests[-1].path


def test_it_filters_in_the_address(page: Page, js: bool, sandbox: Sandbox) -> None:
    page.goto(ACCOUNTS)

    choose(page, "State", "Needs reconnecting", js=js)

    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?&]state=reconnect"))
    chip = page.get_by_role("link", name="State: Needs reconnecting")
    expect(chip).to_be_visible()
    expect(page.get_by_text("1 of 6 accounts")).not_to_have_count(0)
    if js:
        expect(page.locator("#announce")).to_have_text("1 of 6 accounts")
    audit(page)
    chip.click()
    expect(page.locator("tbody tr")).to_have_count(6)
    expect(page.get_by_label("State")).to_have_value("")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_label("State")).to_have_value("reconnect")
    assert len(sandbox.requests) == 1


def test_it_searches_and_says_when_nothing_matches(page: Page, js: bool) -> None:
    page.goto(ACCOUNTS)
    search(page, "ROOMS", js=js)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("rooms@example.net")

    search(page, "zzz", js=js)

    expect(page.get_by_role("heading", name="No account matches")).to_be_visible()
    audit(page)
    page.locator(".empty").get_by_role("link", name="Clear filters").click()
    expect(page.locator("tbody tr")).to_have_count(6)


def test_it_sorts_by_a_column_and_turns_around(page: Page) -> None:
    page.goto(ACCOUNTS)
    first = page.locator("tbody tr th").first

    page.get_by_role("link", name="Account", exact=True).click()
    expect(first).to_contain_text("alex.admin@example.net")
    page.get_by_role("link", name="Account", exact=True).click()

    expect(first).to_contain_text("studio@example.com")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Account")


def test_it_tells_none_from_not_loaded(page: Page, sandbox: Sandbox) -> None:
    sandbox.fault("list_accounts", "status", status=503)
    page.goto(ACCOUNTS)
    expect(page.get_by_role("heading", name="could not be loaded yet")).to_be_visible()
    audit(page)
    sandbox.world.accounts(sandbox.shared_key).clear()

    page.locator(".empty").get_by_role("button", name="Check now").click()

    expect(page.get_by_role("heading", name="No account is connected yet")).to_be_visible()
    audit(page)


@pytest.mark.parametrize(
    ("email", "state", "action"),
    [
        ("alex@example.com", "Working", "Refresh calendars"),
        ("events@example.com", "Needs reconnecting", "Reconnect"),
    ],
)
def test_it_shows_an_account_with_the_one_right_action(
    page: Page, email: str, state: str, action: str
) -> None:
    open_account(page, email)

    expect(page.locator(".tag").first).to_have_text(state)
    expect(page.locator(".button-primary")).to_have_text(action)
    expect(page.get_by_role("heading", name="What Toggl may do")).to_be_visible()
    audit(page)


def test_it_checks_now_and_comes_back_to_where_one_was(page: Page, sandbox: Sandbox) -> None:
    page.goto(f"{ACCOUNTS}?state=reconnect")
    expect(page.locator("tbody tr")).to_have_count(1)
    account_of(sandbox, "studio@example.com")["error_status"] = "token_revoked"

    page.get_by_role("button", name="Check now").click()

    expect_message(page, "Checked with Focus just now.")
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"state=reconnect$"))
    page.reload()
    expect(page.locator(".messages")).to_have_count(0)
