"""Rules and hidden events: found by name, refused where a title is taken, and brought back."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.listening import Listener
from tests.browser.test_calendar_form import ALEX
from tests.browser.walking import HOME, calendar_of, expect_message, heading, open_calendar

RULES = f"{HOME}/rules/"


def titles(sandbox: Sandbox) -> list[str]:
    """Return the titles of the rules that Focus has."""
    return [rule["title"] for rule in sandbox.world.owner(sandbox.shared_key).rules]


@pytest.mark.walk
def test_a_rule_is_tried_added_edited_deleted_and_brought_back(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    page.goto(RULES)
    audit(page)
    page.get_by_label("Title of an event").fill("retro")
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("No rule has the title “retro”.")).to_be_visible()
    audit(page)

    page.get_by_role("link", name="Add one").click()
    expect(page.get_by_label("Title of the event")).to_have_value("retro")
    page.get_by_label("Title of the event").fill("client CALL")
    page.get_by_text("Find a project by name").click()
    page.get_by_label("Words of the project’s or client’s name").fill("relaunch")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("radio", name="Website relaunch").check()
    page.get_by_role("button", name="Use this project").click()
    expect(page.get_by_label("Project", exact=True)).to_have_value("330001")
    audit(page)
    console.expect_status(409)
    page.get_by_role("button", name="Add rule").click()
    expect(page.get_by_role("link", name="Open the existing rule")).to_be_visible()
    audit(page)
    page.get_by_label("Title of the event").fill("Retro")
    page.get_by_role("button", name="Add rule").click()
    expect_message(page, "Added the rule “Retro”.")
    audit(page)

    page.get_by_role("link", name="Retro", exact=True).click()
    audit(page)
    page.get_by_role("button", name="Delete rule").click()
    expect_message(page, "Deleted the rule “Retro”.")
    assert "Retro" not in titles(sandbox)
    page.get_by_role("link", name="Undo…").click()
    expect(heading(page)).to_have_text("Make the rule “Retro” again?")
    audit(page)
    page.get_by_role("button", name="Undo this change").click()
    expect_message(page, "It is undone.")
    audit(page)
    assert "Retro" in titles(sandbox)


def test_hidden_events_are_replaced_and_put_back(page: Page, sandbox: Sandbox) -> None:
    number = calendar_of(sandbox, ALEX, "Client calls")["calendar_id"]
    open_calendar(page, ALEX, "Client calls")
    page.get_by_role("link", name="Hidden events").click()
    audit(page)
    for uids in ("a@example.com\nb@example.com", "b@example.com"):
        page.get_by_label("iCal uids of hidden events").fill(uids)
        page.get_by_role("button", name="Replace the list").click()
        expect(page.locator(".messages")).to_be_visible()
        assert sandbox.world.hidden[number] == uids.split()
    audit(page)

    page.get_by_role("link", name="Undo…").click()
    expect(page.get_by_role("heading", name="Hidden again")).to_be_visible()
    audit(page)
    page.get_by_role("button", name="Undo this change").click()

    expect_message(page, "The hidden events of before are back.")
    audit(page)
    assert len(sandbox.world.hidden[number]) == 2


def test_where_there_are_no_rules_the_page_says_so(page: Page, sandbox: Sandbox) -> None:
    sandbox.switches.offers_rules = False

    page.goto(RULES)

    expect(page.get_by_role("heading", name="Focus does not offer rules here")).to_be_visible()
    audit(page)
