"""Undoing one edit, through a conflict too, and all that a batch has done."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.listening import Listener
from tests.browser.test_calendar_form import ALEX, background
from tests.browser.walking import (
    CALENDARS,
    account_of,
    calendar_of,
    expect_message,
    heading,
    open_calendar,
    save,
    written,
)


def edit(page: Page) -> None:
    """Change two fields of a calendar and open the page of that change."""
    open_calendar(page, ALEX, "Client calls")
    background(page).fill("#222222")
    page.get_by_label("Default project").fill("330002")
    save(page)
    expect_message(page, "Saved Client calls.")
    page.get_by_role("link", name="Edited Client calls").first.click()
    expect(page.get_by_role("heading", name="Undo", exact=True)).to_be_visible()
    audit(page)


@pytest.mark.plain
def test_it_undoes_an_edit(page: Page, sandbox: Sandbox) -> None:
    before = calendar_of(sandbox, ALEX, "Client calls") | {}
    edit(page)

    page.get_by_role("link", name="Undo this edit…").click()
    expect(page.get_by_role("row", name="Background colour")).to_contain_text("#222222")
    audit(page)
    page.get_by_label("Why").fill("Meant another calendar")
    page.get_by_role("button", name="Undo this edit").click()

    expect_message(page, "The earlier values are back.")
    audit(page)
    names = ("background_color", "default_project_id")
    assert {name: written(sandbox)[-1][name] for name in names} == {
        name: before[name] for name in names
    }
    page.get_by_role("link", name="Open the earlier edit").click()
    expect(page.get_by_text("It was undone.")).to_be_visible()
    audit(page)


def test_it_asks_where_somebody_wrote_since(
    page: Page, sandbox: Sandbox, console: Listener
) -> None:
    edit(page)
    page.get_by_role("link", name="Undo this edit…").click()
    calendar_of(sandbox, ALEX, "Client calls").update(
        background_color="#111111", default_project_id=330001
    )
    console.expect_status(409)

    page.get_by_role("button", name="Undo this edit").click()

    expect(page.get_by_text("Somebody has changed this calendar since.")).to_be_visible()
    expect(heading(page)).to_have_text("Undo the edit of Client calls")
    assert len(written(sandbox)) == 1
    audit(page)

    page.get_by_role("radio", name="Background colour Earlier value").check()
    page.get_by_role("button", name="Undo with my choices").click()

    expect_message(page, "The earlier values are back.")
    assert written(sandbox)[-1]["background_color"] != "#111111"
    assert written(sandbox)[-1]["default_project_id"] == 330001


def test_it_undoes_a_batch(page: Page, sandbox: Sandbox, application: Application) -> None:
    before = [dict(row) for row in account_of(sandbox, "rooms@example.net")["calendars"]]
    page.goto(f"{CALENDARS}?q=rooms@")
    for box in page.locator("tbody").get_by_role("checkbox").all()[:3]:
        box.check()
    page.get_by_role("button", name="Edit selected").click()
    page.get_by_role("group", name="In Focus", exact=True).get_by_label("Off").check()
    page.get_by_role("button", name="Preview").click()
    sandbox.fault("update_calendar", "status", status=400)
    page.get_by_role("button", name="Change 3 calendars").click()
    with application.working():
        expect(page.get_by_text("3 of 3 done.").first).to_be_visible(timeout=30_000)
        expect(page.get_by_role("button", name="Retry the one that failed")).to_be_visible()
        audit(page)

        page.get_by_role("button", name="Undo all 2").click()
        expect(heading(page)).to_have_text("Preview of the undo")
        audit(page)
        page.get_by_role("button", name="Undo it for 2 calendars").click()
        expect(page.get_by_text("2 of 2 done.").first).to_be_visible(timeout=30_000)

    audit(page)
    after = account_of(sandbox, "rooms@example.net")["calendars"]
    assert [row["selected"] for row in after] == [row["selected"] for row in before]
    page.get_by_role("link", name="Bulk edit", exact=True).click()
    expect(page.get_by_text("Followed by:")).to_be_visible()
    expect(page.get_by_role("button", name="Undo all")).to_have_count(0)
    audit(page)
