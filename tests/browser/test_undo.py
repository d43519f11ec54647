"""Undoing one edit: through its page, and through a conflict; with a script and without."""

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
