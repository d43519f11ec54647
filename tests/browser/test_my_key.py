"""One's own key, from adding it to removing it."""

from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import heading
from tests.conftest import WORKSPACE

BO, CHIDI = "toggl_sk_" + "b0" * 16, "toggl_sk_" + "c1" * 16


def enter(page: Page, key: str) -> None:
    """Paste a key into the form and send it with the keyboard."""
    page.get_by_label("Focus key", exact=True).fill(key)
    page.keyboard.press("Enter")


def test_a_key_is_added_shared_doubted_and_removed(page: Page, sandbox: Sandbox) -> None:
    page.goto(f"/w/{WORKSPACE}/accounts/")
    page.get_by_role("link", name="Mia Manager – my key").click()
    expect(heading(page)).to_have_text("My key")
    audit(page)
    page.get_by_role("link", name="Add my key").click()
    audit(page)
    enter(page, "mistyped")
    expect(page.get_by_role("alert").first).to_contain_text("Focus refuses it")
    expect(page.get_by_label("Focus key", exact=True)).to_have_value("")
    audit(page)

    enter(page, BO)

    expect(page.locator("#main")).to_contain_text("b0b0")
    page.get_by_role("link", name="Change who may use it").click()
    audit(page)
    page.get_by_text("Managers may act in my name").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#main")).to_contain_text("Managers may act in my name")
    audit(page)

    page.goto(f"/w/{WORKSPACE}/accounts/")
    page.goto("/me/key/")
    enter(page, CHIDI)
    expect(page.locator("#main")).to_contain_text("c1c1")
    page.goto(f"/w/{WORKSPACE}/accounts/")
    page.get_by_role("link", name="Say whose it is").click()
    expect(heading(page)).to_have_text("Is this another person’s key?")
    audit(page)
    page.get_by_role("button", name="Another person’s").click()
    expect(page.locator("#main")).to_contain_text("is forgotten")
    page.goto(f"/w/{WORKSPACE}/accounts/")
    expect(page.locator("#main")).to_contain_text("chidi@example.com")

    page.goto("/me/stored/")
    audit(page)
    page.goto("/me/remove/")
    audit(page)
    page.get_by_role("button", name="Remove my key").click()
    expect(page.locator("#main")).to_contain_text("Your key is removed")
