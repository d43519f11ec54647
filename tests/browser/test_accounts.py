"""The list of accounts, and one account."""

from playwright.sync_api import Page, expect

from tests.browser.audit import audit
from tests.conftest import WORKSPACE


def test_it_chooses_a_workspace_and_lists_its_accounts(page: Page) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Choose a workspace")
    audit(page)

    page.get_by_role("link", name="Example Studio").click()

    expect(page.locator("h1")).to_have_text("Accounts")
    expect(page.locator("tbody tr")).to_have_count(6)
    expect(page.locator(f"a[href$='/w/{WORKSPACE}/accounts/connect/']")).to_be_visible()
    audit(page)
