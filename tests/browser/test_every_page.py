"""Every page there is: links lead to it, axe finds nothing by day or by night, and it fits."""

from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect

from tests.browser.audit import DESKTOP, PHONE, complaints, is_too_wide, resize, widest
from tests.browser.listening import Listener
from tests.browser.test_bulk import begin, choose
from tests.browser.test_calendar_form import background
from tests.browser.walking import (
    CALENDARS,
    HOME,
    expect_message,
    heading,
    leave_for,
    open_account,
    open_calendar,
    save,
)
from tests.views.test_routes import ROUTES

WIDE = (1920, 1080)
PEOPLE, ACTIVITY = "/people/", f"{HOME}/activity/"
#: What only a link of a mail, a step of a form, or an answer to a question leads to.
ELSEWHERE = {
    "sign-in",
    "password-changed",  # after a password was changed
    "connect-return",  # the provider's way back
}


def begin_everything(page: Page) -> list[str]:
    """Leave something of each kind behind; returns where that was, and where it leads."""
    left: list[str] = []
    page.on("framenavigated", lambda frame: left.append(frame.url))
    for begin_one in (_refresh, _save, _connect, _edit_many, _dismiss, _change_rule, _hide):
        begin_one(page)
        left += links(page)
    for some in (PEOPLE, ACTIVITY):  # not each of them leads on to the same
        page.goto(some)
        for address in sorted({link for link in links(page) if kind(link) in ("person", "change")}):
            page.goto(address)
            left += links(page)
    open_account(page, "alex.admin@example.net")
    return left + links(page)


def _refresh(page: Page) -> None:
    open_account(page, "alex@example.com")
    page.get_by_role("button", name="Refresh calendars").click()
    expect(heading(page)).to_contain_text("Refreshed")


def _save(page: Page) -> None:
    open_calendar(page, "alex@example.com", "Client calls")
    background(page).fill("#123456")
    save(page)
    expect_message(page, "")


def _connect(page: Page) -> None:
    leave_for(page, "Google")
    turn_back = page.locator("form[action$='/cancel/']").get_attribute("action") or ""
    page.goto(turn_back.removesuffix("cancel/"))


def _edit_many(page: Page) -> None:
    page.goto(f"{CALENDARS}?q=rooms%40")
    page.get_by_role("button", name="Edit all").click()
    choose(page, "In Focus", "Off")
    page.get_by_role("button", name="Preview").click()
    expect(heading(page)).to_contain_text("Preview")
    begin(page, "?q=studio%40")


def _dismiss(page: Page) -> None:
    page.goto(f"{HOME}/overview/")
    page.get_by_role("button", name="Dismiss").first.click()
    expect_message(page, "Dismissed")


def _change_rule(page: Page) -> None:
    page.goto(f"{HOME}/rules/")
    page.locator("tbody th a").first.click()
    page.get_by_role("button", name="Delete rule").click()
    expect(page.get_by_role("link", name="Undo…")).to_be_visible()


def _hide(page: Page) -> None:
    open_calendar(page, "alex@example.com", "Client calls")
    page.get_by_role("link", name="Hidden events").click()
    for uid in ("one@example.com", "two@example.com"):
        page.get_by_label("iCal uids of hidden events").fill(uid)
        page.get_by_role("button", name="Replace the list").click()
        expect_message(page, "hidden now")
    expect(page.get_by_role("link", name="Undo…")).to_be_visible()


def links(page: Page) -> list[str]:
    """Return the addresses of this application to which a page leads, without what is saved."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("a[href]:not([download])")]
            .filter((link) => link.origin === location.origin)
            .map((link) => link.pathname + link.search)"""
    )
    return found


def kind(address: str) -> str:
    """Return the name of the route that answers an address, or nothing."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except Resolver404:
        return ""


def judge(page: Page) -> list[str]:
    """Return what is wrong with a page by day and by night, and at three widths."""
    found = []
    for scheme, size in (("light", DESKTOP), ("dark", PHONE), ("dark", WIDE)):
        resize(page, *size)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if size != WIDE:
            found += [f"{scheme} {size[0]} px: {told}" for told in complaints(page)]
        if is_too_wide(page):
            found.append(f"{size[0]} px: it scrolls sideways: {widest(page)}")
    resize(page, *DESKTOP)
    return [f"{page.url}: {told}" for told in found]


@pytest.mark.thorough
def test_every_page_is_reached_by_links_and_is_sound(lively: Page, console: Listener) -> None:
    console.expect_status(404)  # where the deleted rule was
    search = f"{HOME}/search/?q=alex"
    waiting = [*begin_everything(lively), "/", CALENDARS, "/help/", "/style/", search]
    seen: set[str] = set()
    wrong: list[str] = []
    while waiting:
        address = waiting.pop(0)
        name = kind(address)
        if name in seen or name not in ROUTES or ROUTES[name].get == 405 or "export" in name:
            continue
        answer = lively.goto(address)
        if answer is not None and answer.status == 404:
            continue
        seen |= {name, kind(lively.url)}
        wrong += judge(lively)
        waiting += links(lively)

    assert not wrong, "\n".join(wrong)
    pages = {name for name, route in ROUTES.items() if route.get == 200 and "export" not in name}
    assert pages - seen - ELSEWHERE == set()
