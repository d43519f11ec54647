"""Disconnecting an account, after seeing what is lost."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import asked, expect_message, heading, open_account

STUDIO = "studio@example.com"


def open_disconnect(page: Page) -> None:
    """Go to the page that asks once more."""
    open_account(page, STUDIO)
    page.get_by_role("link", name=f"Disconnect {STUDIO}").click()
    expect(heading(page)).to_have_text(f"Disconnect {STUDIO} from Toggl?")


def addresses(sandbox: Sandbox) -> set[str]:
    """Return the addresses that are connected."""
    return {account["email"] for account in sandbox.world.accounts(sandbox.shared_key)}


def test_it_counts_what_is_lost_and_can_be_left(page: Page, sandbox: Sandbox) -> None:
    open_disconnect(page)
    expect(page.locator("main")).to_contain_text("7 calendars of studio@example.com")
    expect(page.locator("main")).to_contain_text("2 of them have a default project")
    expect(page.get_by_role("radio", name="Keep planned entries")).to_be_checked()
    audit(page)

    page.get_by_role("link", name="Cancel").click()

    expect(heading(page)).to_have_text(STUDIO)
    assert STUDIO in addresses(sandbox)


def test_it_disconnects_and_asks_to_keep_entries(page: Page, sandbox: Sandbox) -> None:
    open_disconnect(page)

    page.get_by_role("button", name=f"Disconnect {STUDIO}").click()

    expect_message(page, f"{STUDIO} is disconnected from Toggl.")
    expect(page.locator("tbody tr")).to_have_count(5)
    assert STUDIO not in addresses(sandbox)
    assert asked(sandbox, "disconnect")[0].query["preserve_entities"] == "true"


@pytest.mark.walk
def test_it_disconnects_and_asks_to_remove_entries(page: Page, sandbox: Sandbox) -> None:
    open_disconnect(page)
    gone = page.url.removesuffix("disconnect/")

    page.locator("label", has_text="Remove planned entries").click()
    page.get_by_role("button", name=f"Disconnect {STUDIO}").click()

    expect_message(page, f"{STUDIO} is disconnected from Toggl.")
    assert asked(sandbox, "disconnect")[0].query.get("preserve_entities", "false") == "false"
    page.goto(gone)
    expect(page.locator("main")).to_contain_text("This account is no longer connected")
    audit(page)
    page.get_by_role("link", name=f"Disconnected {STUDIO}").click()
    expect(page.locator("main")).to_contain_text("Focus was asked to remove the planned entries")
    audit(page)


def test_it_says_so_when_the_account_has_gone_already(page: Page, sandbox: Sandbox) -> None:
    open_disconnect(page)
    sandbox.fault("disconnect", "status", status=404)

    page.get_by_role("button", name=f"Disconnect {STUDIO}").click()

    expect_message(page, f"Focus no longer had {STUDIO}. It is off the list.")
