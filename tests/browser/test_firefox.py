"""The way to the provider and back in Firefox, which has its own mind about redirects."""

from pathlib import Path

import pytest

from integrations.sandbox import Sandbox
from tests.browser.application import Application
from tests.browser.marionette import Firefox, running
from tests.browser.serve import PASSWORD
from tests.browser.walking import CONNECT, account_of

pytestmark = pytest.mark.thorough


def button(label: str) -> str:
    """Return where a button is."""
    return f"//button[normalize-space()='{label}']"


def sign_in(window: Firefox, application: Application) -> None:
    """Sign in as Mia does."""
    window.open(f"{application.url}/sign-in/")
    window.type("//input[@name='username']", "mia@example.com")
    window.type("//input[@name='password']", PASSWORD)
    window.click("//main" + button("Sign in"))
    window.text("//h1[not(contains(., 'Sign in'))]")


def test_it_connects_an_account(application: Application, sandbox: Sandbox, tmp_path: Path) -> None:
    with running(tmp_path) as window:
        sign_in(window, application)
        window.open(application.url + CONNECT)
        window.click("//label[contains(., 'Google')]")
        window.click(button("Continue"))
        window.click("//a[contains(., 'Continue to Google')]")
        window.click("//label[contains(., 'noor.new@example.com')]")
        assert window.address.startswith("http://localhost:")

        window.click(button("Allow"))

        assert window.text("//h1[contains(., 'Connected')]") == "Connected noor.new@example.com"
        assert window.address.startswith(f"{application.url}/connect/")
    assert not account_of(sandbox, "noor.new@example.com")["has_write_scope"]
