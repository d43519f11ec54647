"""Connecting a calendar account: leaving for the provider, and coming back."""

from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.conftest import WORKSPACE


def test_it_connects_a_new_account(page: Page, sandbox: Sandbox) -> None:
    page.goto(f"/w/{WORKSPACE}/accounts/connect/")
    audit(page)
    page.locator("label", has_text="Google").click()
    page.get_by_role("button", name="Continue").click()
    onward = page.get_by_role("link", name="Continue to Google")
    expect(onward).to_be_focused()
    audit(page)

    onward.click()
    page.get_by_label("noor.new@example.com").check()
    page.get_by_role("button", name="Allow").click()

    expect(page.locator("h1")).to_have_text("Connected noor.new@example.com")
    audit(page)
    emails = [account["email"] for account in sandbox.world.accounts(sandbox.shared_key)]
    assert "noor.new@example.com" in emails
