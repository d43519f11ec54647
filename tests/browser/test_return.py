"""Return addresses that are used again, by somebody else, or too late."""

from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.conftest import Opener
from tests.browser.listening import Listener
from tests.browser.test_sign_in import sign_in
from tests.browser.walking import ACCOUNTS, asked, consent, heading, leave_for


def return_address(sandbox: Sandbox) -> str:
    """Return the address to which the last trip will come back."""
    return asked(sandbox, "setup")[-1].query["return_to"]


def test_it_shows_the_same_result_when_the_address_is_used_again(
    page: Page, sandbox: Sandbox
) -> None:
    leave_for(page, "Google").click()
    consent(page, "noor.new@example.com")
    expect(heading(page)).to_have_text("Connected noor.new@example.com")
    before = len(sandbox.requests)

    page.goto(f"{return_address(sandbox)}?error=access_denied")

    expect(heading(page)).to_have_text("Connected noor.new@example.com")
    assert len(sandbox.requests) == before


def test_it_shows_nothing_of_an_attempt_to_somebody_else(
    page: Page, opened: Opener, js: bool, sandbox: Sandbox, console: Listener
) -> None:
    link = leave_for(page, "Google")
    other = opened("noah@example.com", js=js)
    console.expect_status(404)

    other.goto(f"{return_address(sandbox)}?email=noor.new@example.com")

    expect(heading(other)).to_have_text("There is nothing at this address")
    audit(other)
    link.click()
    consent(page, "noor.new@example.com")
    expect(heading(page)).to_have_text("Connected noor.new@example.com")


def test_it_asks_who_is_back_when_the_session_has_ended_meanwhile(
    page: Page, stranger: Page, sandbox: Sandbox
) -> None:
    leave_for(page, "Google")

    stranger.goto(f"{return_address(sandbox)}?error=access_denied")
    sign_in(stranger)

    expect(heading(stranger)).to_have_text("Nothing was changed")


def test_it_says_that_an_attempt_has_ended(
    page: Page, sandbox: Sandbox, application: Application
) -> None:
    link = leave_for(page, "Google")
    assert application.execute("UPDATE integrations_connectattempt SET expires_at = '2025-01-01'")

    link.click()
    consent(page, "noor.new@example.com")

    expect(heading(page)).to_have_text("This attempt has ended")
    audit(page)
    page.goto(ACCOUNTS)
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("link", name="noor.new@example.com")).to_be_visible()
