"""Connecting a calendar account: leaving for the provider, and coming back."""

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import (
    ACCOUNTS,
    CONNECT,
    account_of,
    asked,
    consent,
    expect_message,
    heading,
    leave_for,
    onward,
)


def addresses(sandbox: Sandbox) -> set[str]:
    """Return the addresses that are connected."""
    return {account["email"] for account in sandbox.world.accounts(sandbox.shared_key)}


@pytest.mark.plain
def test_it_connects_a_new_account(page: Page, sandbox: Sandbox) -> None:
    page.goto(ACCOUNTS)
    page.get_by_role("link", name="Connect calendar").click()
    expect(heading(page)).to_have_text("Connect calendar")
    audit(page)
    page.locator("label", has_text="Google").click()
    page.get_by_role("button", name="Continue").click()
    expect(onward(page, "Google")).to_be_focused()
    expect(page.locator("main")).to_contain_text("In whose name")
    audit(page)

    onward(page, "Google").click()
    consent(page, "noor.new@example.com")

    expect(heading(page)).to_have_text("Connected noor.new@example.com")
    expect(page).to_have_url(re.compile(r"/connect/[\w-]+/$"))
    connected = account_of(sandbox, "noor.new@example.com")
    expect(page.locator("main")).to_contain_text(f"It has {len(connected['calendars'])} calendars")
    assert not connected["has_write_scope"]
    audit(page)
    page.get_by_role("link", name="Choose calendars").click()
    expect(heading(page)).to_have_text("noor.new@example.com")


@pytest.mark.walk
def test_it_asks_for_a_provider_first(page: Page, sandbox: Sandbox) -> None:
    page.goto(CONNECT)

    page.get_by_role("button", name="Continue").click()

    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Choose where the calendar is.")
    assert not asked(sandbox, "setup")
    audit(page)


def test_it_says_that_one_refused(page: Page, sandbox: Sandbox) -> None:
    leave_for(page, "Outlook").click()
    before = addresses(sandbox)

    page.get_by_role("button", name="Refuse").click()

    expect(heading(page)).to_have_text("Nothing was changed")
    expect(page.locator("main")).to_contain_text("You refused")
    assert addresses(sandbox) == before
    audit(page)


def test_it_names_the_permission_that_was_not_ticked(page: Page) -> None:
    leave_for(page, "Google").click()

    consent(page, "noor.new@example.com", without=["See the events in them"])

    expect(heading(page)).to_have_text("Permission missing for noor.new@example.com")
    expect(page.locator("main")).to_contain_text("“see your events”")
    audit(page)
    page.get_by_role("link", name="Reconnect").click()
    expect(heading(page)).to_have_text("Reconnect noor.new@example.com")
    audit(page)


def test_it_says_so_when_the_address_was_connected_already(page: Page, sandbox: Sandbox) -> None:
    leave_for(page, "Google").click()
    before = dict(account_of(sandbox, "studio@example.com"))

    consent(page, "studio@example.com")

    expect(heading(page)).to_have_text("Nothing new: studio@example.com was already connected")
    assert account_of(sandbox, "studio@example.com") == before
    audit(page)


def test_it_turns_back_before_leaving(page: Page, sandbox: Sandbox) -> None:
    leave_for(page, "Google")
    before = addresses(sandbox)

    page.get_by_role("button", name="Cancel").click()

    expect_message(page, "You turned back.")
    expect(heading(page)).to_have_text("Accounts")
    assert addresses(sandbox) == before


def test_it_waits_for_check_where_focus_will_not_bring_one_back(
    page: Page, sandbox: Sandbox
) -> None:
    sandbox.switches.refuse_return_to = True
    link = leave_for(page, "Google")
    expect(page.locator("main")).to_contain_text("come back here when you are done and press Check")
    audit(page)

    with page.context.expect_page() as opening:
        link.click()
    consent(opening.value, "noor.new@example.com")
    expect(heading(opening.value)).to_have_text("You can close this page")
    page.get_by_role("button", name="Check").click()

    expect(heading(page)).to_have_text("Connected noor.new@example.com")


def test_it_checks_again_until_something_has_changed(page: Page, sandbox: Sandbox) -> None:
    sandbox.switches.refuse_return_to = True
    with page.context.expect_page() as opening:
        leave_for(page, "Google").click()
    page.get_by_role("button", name="Check").click()
    expect(heading(page)).to_have_text("Nothing changed yet")
    audit(page)

    consent(opening.value, "noor.new@example.com")
    expect(heading(opening.value)).to_have_text("You can close this page")
    page.get_by_role("button", name="Check again").click()

    expect(heading(page)).to_have_text("Connected noor.new@example.com")


def test_it_lists_the_accounts_when_focus_starts_no_connection(
    page: Page, sandbox: Sandbox
) -> None:
    sandbox.switches.setup_conflict = True
    page.goto(CONNECT)
    page.locator("label", has_text="Outlook").click()

    page.get_by_role("button", name="Continue").click()

    expect(heading(page)).to_have_text("Focus did not start a new connection")
    expect(page.locator("main li a")).to_have_text(
        ["Accounts", "alex.admin@example.net", "rooms@example.net"]
    )
    audit(page)
