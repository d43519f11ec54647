"""Signing in, signing out, and changing one's password."""

import re

from playwright.sync_api import Page, expect

from tests.browser.audit import audit
from tests.browser.serve import PASSWORD
from tests.conftest import WORKSPACE


def sign_in(page: Page, password: str = PASSWORD, *, email: str = "mia@example.com") -> None:
    """Fill the form that stands there and send it with the keyboard, as people do."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_it_signs_in_and_goes_where_one_wanted_to_go(stranger: Page) -> None:
    stranger.goto(f"/w/{WORKSPACE}/calendars/?q=team")
    expect(stranger).to_have_title("Sign in – Focusadmin")
    expect(stranger.get_by_label("E-mail")).to_be_focused()
    audit(stranger)

    sign_in(stranger, email=" Mia@Example.com ")

    expect(stranger).to_have_url(re.compile(rf"/w/{WORKSPACE}/calendars/\?q=team$"))
    expect(stranger.locator("h1")).to_have_text("Calendars")
    expect(stranger.locator(".masthead")).to_contain_text("Mia Manager")


def test_it_does_not_tell_which_of_the_two_was_wrong(stranger: Page) -> None:
    stranger.goto("/sign-in/")

    sign_in(stranger, "not the password")

    summary = stranger.locator(".error-summary")
    expect(summary).to_contain_text("E-mail and password do not match a person who may sign in.")
    expect(stranger).to_have_title("Error: Sign in – Focusadmin")
    expect(stranger.get_by_label("E-mail")).to_have_value("mia@example.com")
    audit(stranger)


def test_it_signs_out_for_good(stranger: Page) -> None:
    stranger.goto("/sign-in/")
    sign_in(stranger)

    stranger.get_by_role("button", name="Sign out").click()

    expect(stranger.get_by_role("status").filter(has_text="You are signed out.")).to_be_visible()
    audit(stranger)
    stranger.goto(f"/w/{WORKSPACE}/accounts/")
    expect(stranger).to_have_title("Sign in – Focusadmin")
