"""Somebody else changes a calendar between the form and its saving."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.listening import Listener
from tests.browser.test_calendar_form import ALEX, background
from tests.browser.walking import (
    calendar_of,
    expect_message,
    heading,
    open_calendar,
    save,
    written,
)


def collide(page: Page, sandbox: Sandbox, console: Listener) -> None:
    """Edit two fields of a calendar while somebody else edits one of them and another."""
    console.expect_status(409)
    open_calendar(page, ALEX, "Client calls")
    calendar_of(sandbox, ALEX, "Client calls").update(
        background_color="#111111", default_project_id=330002
    )
    background(page).fill("#222222")
    page.get_by_label("On", exact=True).uncheck()
    save(page)
    expect(heading(page)).to_have_text("Somebody else changed this calendar")


@pytest.mark.walk
def test_it_overwrites_nothing_silently(page: Page, sandbox: Sandbox, console: Listener) -> None:
    collide(page, sandbox, console)

    rows = page.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Background colour")).to_contain_text("#111111")
    expect(rows.filter(has_text="Background colour")).to_contain_text("#222222")
    expect(rows.filter(has_text="Default project")).to_contain_text("330002")
    expect(page.get_by_role("heading", name="What you also changed")).to_be_visible()
    assert not written(sandbox)
    audit(page)


def test_it_saves_the_choice_of_each_field(page: Page, sandbox: Sandbox, console: Listener) -> None:
    collide(page, sandbox, console)
    theirs = calendar_of(sandbox, ALEX, "Client calls") | {}
    project = page.get_by_role("row", name="Default project")
    expect(project.get_by_role("radio").first).to_be_checked()

    page.get_by_role("radio", name="Background colour Yours").check()
    page.get_by_role("button", name="Save my choices").click()

    expect_message(page, "Saved Client calls.")
    assert written(sandbox) == [theirs | {"background_color": "#222222", "selected": False}]


def test_it_keeps_theirs_when_that_is_chosen(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    collide(page, sandbox, console)
    theirs = calendar_of(sandbox, ALEX, "Client calls") | {}

    page.get_by_role("radio", name="Background colour In Focus now").check()
    page.get_by_role("button", name="Save my choices").click()

    expect_message(page, "Saved Client calls.")
    assert written(sandbox) == [theirs | {"selected": False}]
    expect(background(page)).to_have_value("#111111")


def test_it_leaves_everything_as_it_is(page: Page, sandbox: Sandbox, console: Listener) -> None:
    collide(page, sandbox, console)

    page.get_by_role("link", name="Leave everything as it is now").click()

    expect(background(page)).to_have_value("#111111")
    expect(page.get_by_label("Default project")).to_have_value("330002")
    assert not written(sandbox)


def test_it_compares_again_when_it_moves_again(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    collide(page, sandbox, console)
    page.get_by_role("radio", name="Background colour Yours").check()
    calendar_of(sandbox, ALEX, "Client calls")["background_color"] = "#333333"

    page.get_by_role("button", name="Save my choices").click()

    expect(page.get_by_role("row", name="Background colour")).to_contain_text("#333333")
    assert not written(sandbox)


def test_it_minds_nothing_that_the_form_did_not_show(page: Page, sandbox: Sandbox) -> None:
    open_calendar(page, ALEX, "Client calls")
    changed = calendar_of(sandbox, ALEX, "Client calls")
    changed.update(name="Client calls", updated_at="2030-01-01T00:00:00Z", unheard_of={"a": [1.10]})

    background(page).fill("#222222")
    save(page)

    expect_message(page, "Saved Client calls.")
    assert written(sandbox)[0]["unheard_of"] == {"a": [1.10]}
