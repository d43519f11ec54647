"""The first run: an installation without a key and a workspace, up to its first good answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from integrations.sandbox import Sandbox
from tests.browser.application import Application, served
from tests.browser.audit import audit
from tests.browser.listening import Listener
from tests.browser.test_my_key import BO, enter
from tests.browser.walking import asked, heading
from tests.conftest import ORGANIZATION, WORKSPACE

NOTHING = {"FOCUS_API_KEY": "", "FOCUS_WORKSPACES": ""}


@pytest.fixture
def installation(running_sandbox: Sandbox, tmp_path: Path) -> Iterator[Application]:
    """A server of its own, which nobody has set up."""
    running_sandbox.reset()
    with served(running_sandbox, tmp_path, **NOTHING) as application:
        yield application


def window(browser: Browser, application: Application, person: str, heard: Listener) -> Page:
    """Open a window in which somebody is signed in."""
    context: BrowserContext = browser.new_context(base_url=application.url, reduced_motion="reduce")
    session = {"name": "sessionid", "value": application.sessions[person], "url": application.url}
    context.add_cookies([session])  # type: ignore[list-item]
    heard.listen(context)
    return context.new_page()


@pytest.mark.thorough
def test_from_nothing_to_the_first_answer(
    browser: Browser, installation: Application, running_sandbox: Sandbox
) -> None:
    heard = Listener()
    viewer = window(browser, installation, "vera@example.com", heard)
    viewer.goto("/")
    expect(heading(viewer)).to_have_text("Focusadmin is not set up yet")
    audit(viewer)

    page = window(browser, installation, "mia@example.com", heard)
    page.goto("/")
    expect(heading(page)).to_have_text("Set up Focusadmin")
    audit(page)
    page.get_by_role("link", name="Add a workspace").click()
    page.get_by_label("Workspace", exact=True).fill(f"{ORGANIZATION}/{WORKSPACE}")
    page.get_by_label("Label").fill("Studio")
    page.get_by_role("button", name="Add workspace").click()
    expect(page.locator(".messages")).to_contain_text("There is no shared key yet")

    page.goto("/")
    page.get_by_role("link", name="Add my key").click()
    enter(page, BO)
    expect(page.locator("#main")).to_contain_text("b0b0")
    page.get_by_role("link", name="Set-up").click()
    audit(page)
    assert asked(running_sandbox, "list_accounts") == []
    page.get_by_role("button", name="Ask Focus now").click()

    expect(page.locator("#main")).to_contain_text("Focus has answered:")
    assert len(asked(running_sandbox, "list_accounts")) == 1
    audit(page)
    # Mia's key shows its accounts to managers; a viewer needs a shared one, or their own.
    viewer.get_by_role("link", name="Look again").click()
    expect(heading(viewer)).to_have_text("Focusadmin is not set up yet")
    viewer.get_by_role("link", name="My key", exact=True).click()
    expect(heading(viewer)).to_have_text("My key")
    assert heard.complaints == []
