"""Signing in, signing out, and changing one's password."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.conftest import Opener
from tests.browser.serve import PASSWORD
from tests.browser.walking import heading
from tests.conftest import WORKSPACE


def sign_in(page: Page, password: str = PASSWORD, *, email: str = "mia@example.com") -> None:
    """Fill the form that stands there and send it with the keyboard, as people do."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


@pytest.mark.plain
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


@pytest.fixture
def pia(application: Application) -> str:
    """Pia's address; her password is everybody's again, whatever a test before has made of it."""
    application.execute(
        "UPDATE identity_user SET password ="
        " (SELECT password FROM identity_user WHERE email = 'mia@example.com')"
        " WHERE email = 'pia@example.com'"
    )
    return "pia@example.com"


def change_password(page: Page, old: str, new: str, again: str) -> None:
    """Fill and send the form."""
    page.get_by_label("Old password").fill(old)
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password confirmation").fill(again)
    page.get_by_role("button", name="Change password").click()


def test_it_changes_the_password_and_signs_out_everywhere_else(
    stranger: Page, opened: Opener, js: bool, pia: str
) -> None:
    elsewhere = opened(None, js=js)
    for page in (stranger, elsewhere):
        page.goto("/sign-in/")
        sign_in(page, email=pia)
        expect(page.locator(".masthead")).to_contain_text("Pia Password")
    stranger.get_by_role("link", name="Pia Password").click()
    stranger.get_by_role("link", name="Change my password").click()
    expect(heading(stranger)).to_have_text("Change your password")
    audit(stranger)

    change_password(stranger, PASSWORD, "a-brand-new-horse", "a-brand-new-horse")

    expect(heading(stranger)).to_have_text("Password changed")
    audit(stranger)
    stranger.get_by_role("link", name="Go on").click()
    expect(heading(stranger)).to_have_text("Choose a workspace")
    elsewhere.reload()
    expect(elsewhere).to_have_title("Sign in – Focusadmin")
    sign_in(elsewhere, "a-brand-new-horse", email=pia)
    expect(heading(elsewhere)).to_have_text("Choose a workspace")


def test_it_says_why_a_password_was_not_changed(page: Page, js: bool) -> None:
    page.goto("/password/")

    change_password(page, "not the password", "short", "shirt")

    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("Your old password was entered incorrectly.")
    if js:
        expect(summary).to_be_focused()
    audit(page)
