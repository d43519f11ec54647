"""The list of every calendar of every account."""

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.test_accounts import choose, search
from tests.browser.walking import CALENDARS, account_of, heading


def test_it_lists_every_calendar(page: Page, sandbox: Sandbox) -> None:
    everything = sum(len(a["calendars"]) for a in sandbox.world.accounts(sandbox.shared_key))
    page.goto(f"{CALENDARS}../accounts/")

    page.get_by_role("link", name="Calendars", exact=True).click()

    expect(heading(page)).to_have_text("Calendars")
    expect(page.locator("tbody tr")).to_have_count(everything)
    rows = page.locator("tbody tr")
    expect(rows.filter(has_text="(no name)")).to_have_count(1)
    expect(rows.filter(has_text="also seen through another account")).to_have_count(2)
    expect(rows.filter(has_text="lightyellow")).to_contain_text("not two colours")
    audit(page)


@pytest.mark.parametrize(
    ("label", "option", "found"),
    [
        ("Account", "rooms@example.net (Outlook)", 4),
        ("On or off", "Off", 5),
        ("Default project", "Has one", 5),
        ("Colours", "Not colours", 2),
    ],
)
def test_it_filters_by(page: Page, js: bool, label: str, option: str, found: int) -> None:
    page.goto(CALENDARS)

    choose(page, label, option, js=js)

    expect(page.get_by_role("link", name=f"{label}: {option}")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(found)


@pytest.mark.walk
def test_it_combines_filters_and_drops_one(page: Page, js: bool) -> None:
    page.goto(CALENDARS)
    search(page, "team", js=js)
    expect(page.get_by_role("link", name="Search: team")).to_be_visible()
    choose(page, "On or off", "Off", js=js)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=team&.*on=no"))
    audit(page)

    page.get_by_role("link", name="Search: team").click()

    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.get_by_role("link", name="On or off: Off")).to_be_visible()


def test_it_says_when_nothing_matches(page: Page) -> None:
    page.goto(f"{CALENDARS}?q=zzz")

    expect(page.get_by_role("heading", name="No calendar matches")).to_be_visible()
    audit(page)
    page.locator(".empty").get_by_role("link", name="Clear filters").click()
    expect(page.locator("tbody tr")).not_to_have_count(0)


def test_it_sorts_and_pages_and_keeps_both_in_the_address(page: Page, sandbox: Sandbox) -> None:
    crowded = account_of(sandbox, "rooms@example.net")["calendars"]
    crowded += [
        {**crowded[0], "calendar_id": 990_000 + number, "name": f"Zone {number:03d}"}
        for number in range(150)
    ]
    page.goto(CALENDARS)
    expect(page.locator("tbody tr")).to_have_count(100)

    page.locator("thead").get_by_role("link", name="Calendar").click()
    expect(page.locator("tbody tr th").first).to_contain_text("Design critique")
    page.get_by_role("link", name="Next page").click()

    expect(page.locator("tbody tr")).to_have_count(80)
    expect(page.get_by_text("101–180 of 180, page 2 of 2")).to_be_visible()
    expect(page).to_have_url(re.compile(r"sort=-name&page=2"))
    audit(page)
    page.get_by_role("link", name="Previous page").click()
    expect(page.locator("tbody tr")).to_have_count(100)
