"""Reconnecting an account, and granting it write access: two different things."""

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import (
    ACCOUNTS,
    account_of,
    asked,
    consent,
    heading,
    onward,
    open_account,
)

BROKEN = "events@example.com"
READ_ONLY = "alexandra.administrator.of.the.example.studio.freelance@mail.example.org"
WRITE = "Add and change events"


def leave_again(page: Page, email: str, action: str) -> None:
    """Go from an account's page to the provider's."""
    open_account(page, email)
    page.get_by_role("link", name=re.compile(f"^{action}")).click()
    expect(heading(page)).to_contain_text(email)
    page.get_by_role("button", name="Continue").click()
    link = onward(page, "Google")
    expect(link).to_be_focused()
    expect(page.locator("dt:has-text('Address to choose') + dd")).to_have_text(email)
    link.click()
    expect(page).to_have_url(re.compile(r"^http://localhost:"))


def test_it_reconnects_a_broken_account(page: Page, sandbox: Sandbox) -> None:
    page.goto(ACCOUNTS)
    page.get_by_role("link", name=f"Reconnect {BROKEN}").click()
    expect(heading(page)).to_have_text(f"Reconnect {BROKEN}")
    audit(page)

    leave_again(page, BROKEN, "Reconnect")
    consent(page)

    expect(heading(page)).to_have_text(f"{BROKEN} works again")
    audit(page)
    page.get_by_role("link", name=f"Open {BROKEN}").click()
    expect(page.locator(".tag").first).to_have_text("Working")
    assert account_of(sandbox, BROKEN)["error_status"] == ""


def test_it_never_widens_access_by_reconnecting(page: Page, sandbox: Sandbox) -> None:
    before = dict(account_of(sandbox, READ_ONLY))

    leave_again(page, READ_ONLY, "Reconnect")

    expect(page.get_by_label(WRITE)).to_have_count(0)
    assert asked(sandbox, "reauth")[-1].query["preserve_scope"] == "true"
    consent(page)
    expect(heading(page)).to_have_text(f"{READ_ONLY} works; nothing had to change")
    assert account_of(sandbox, READ_ONLY) == before
    audit(page)


def test_it_says_which_address_was_chosen_instead(page: Page, sandbox: Sandbox) -> None:
    leave_again(page, BROKEN, "Reconnect")

    consent(page, "noor.new@example.com")

    expect(heading(page)).to_have_text(f"You chose noor.new@example.com instead of {BROKEN}")
    assert account_of(sandbox, BROKEN)["error_status"] == "invalid_grant"
    audit(page)


def test_it_says_so_when_the_chosen_address_was_there_before(page: Page, sandbox: Sandbox) -> None:
    leave_again(page, BROKEN, "Reconnect")

    consent(page, "studio@example.com")

    expect(heading(page)).to_have_text(f"You chose studio@example.com instead of {BROKEN}")


def test_it_says_that_reconnecting_was_refused(page: Page, sandbox: Sandbox) -> None:
    leave_again(page, BROKEN, "Reconnect")

    page.get_by_role("button", name="Refuse").click()

    expect(heading(page)).to_have_text("Nothing was changed")
    assert account_of(sandbox, BROKEN)["error_status"] == "invalid_grant"


def test_it_shows_what_write_access_means(page: Page, sandbox: Sandbox) -> None:
    open_account(page, READ_ONLY)
    audit(page)

    page.get_by_role("link", name="Grant write access").click()

    expect(page.get_by_role("row", name="Change your events")).to_contain_text("Not given")
    audit(page)
    page.get_by_role("button", name="Continue").click()
    expect(onward(page, "Google")).to_be_visible()
    audit(page)


@pytest.mark.walk
def test_it_grants_write_access(page: Page, sandbox: Sandbox) -> None:
    leave_again(page, READ_ONLY, "Grant write access")
    expect(page.get_by_label(WRITE)).to_be_checked()

    consent(page)

    expect(heading(page)).to_have_text(f"Toggl may now change the events of {READ_ONLY}")
    assert account_of(sandbox, READ_ONLY)["has_write_scope"]
    audit(page)
    open_account(page, READ_ONLY)
    expect(page.get_by_role("link", name="Grant write access")).to_have_count(0)


def test_it_says_so_when_writing_was_not_ticked(page: Page, sandbox: Sandbox) -> None:
    leave_again(page, READ_ONLY, "Grant write access")

    consent(page, without=[WRITE])

    expect(heading(page)).to_have_text(f"Permission missing for {READ_ONLY}")
    expect(page.locator("main")).to_contain_text("“change your events”")
    assert not account_of(sandbox, READ_ONLY)["has_write_scope"]
    audit(page)
