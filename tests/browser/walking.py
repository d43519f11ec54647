"""Ways through the product that many tests take, and what they left in the sandbox."""

import json
import re
from collections.abc import Iterable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from integrations.sandbox import RequestSeen, Sandbox
from tests.conftest import WORKSPACE

HOME = f"/w/{WORKSPACE}"
ACCOUNTS = f"{HOME}/accounts/"
CALENDARS = f"{HOME}/calendars/"
CONNECT = f"{HOME}/accounts/connect/"


def heading(page: Page) -> Locator:
    """Return the page's heading."""
    return page.locator("h1")


def open_account(page: Page, email: str) -> None:
    """Go to an account's page through the list."""
    page.goto(ACCOUNTS)
    page.get_by_role("link", name=email, exact=True).click()
    expect(heading(page)).to_have_text(email)


def open_calendar(page: Page, email: str, name: str) -> None:
    """Go to a calendar's form through its account."""
    open_account(page, email)
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("button", name="Save")).to_be_visible()


def save(page: Page) -> None:
    """Press the form's button."""
    page.get_by_role("button", name="Save", exact=True).click()


def expect_message(page: Page, text: str) -> None:
    """Wait for the page's one banner."""
    expect(page.locator(".messages")).to_contain_text(text)


def leave_for(page: Page, provider: str) -> Locator:
    """Choose the provider of a new account; returns the link that leads on to it."""
    page.goto(CONNECT)
    page.locator("label", has_text=provider).click()
    page.get_by_role("button", name="Continue").click()
    return onward(page, provider)


def onward(page: Page, provider: str) -> Locator:
    """Return the link of the last page before the provider's, once it is there."""
    link = page.get_by_role("link", name=f"Continue to {provider}")
    expect(link).to_be_visible()
    return link


def consent(page: Page, identity: str | None = None, *, without: Iterable[str] = ()) -> None:
    """Allow at the provider: with an address, or the suggested one; without some permissions."""
    expect(page).to_have_url(re.compile(r"^http://localhost:"))
    if identity is not None:
        page.get_by_label(identity).check()
    for label in without:
        page.get_by_label(label).uncheck()
    page.get_by_role("button", name="Allow").click()


def asked(sandbox: Sandbox, operation: str) -> list[RequestSeen]:
    """Return the requests of one operation, in order."""
    return [request for request in sandbox.requests if request.operation == operation]


def written(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return the bodies of every calendar that was written, in order."""
    return [json.loads(request.body) for request in asked(sandbox, "update_calendar")]


def account_of(sandbox: Sandbox, email: str) -> dict[str, Any]:
    """Return what the sandbox has of an account; raises StopIteration."""
    accounts = sandbox.world.accounts(sandbox.shared_key)
    return next(account for account in accounts if account["email"] == email)


def calendar_of(sandbox: Sandbox, email: str, name: str) -> dict[str, Any]:
    """Return what the sandbox has of a calendar, to look at or to change."""
    calendars: list[dict[str, Any]] = account_of(sandbox, email)["calendars"]
    return next(calendar for calendar in calendars if calendar["name"] == name)
