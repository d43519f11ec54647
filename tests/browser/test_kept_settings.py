"""Settings kept before a disconnect, and re-applied when the address is connected again."""

from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from integrations.services.rows import EDITABLE
from tests.browser.application import Application
from tests.browser.audit import audit
from tests.browser.test_disconnect import STUDIO, open_disconnect
from tests.browser.walking import account_of, consent, heading, leave_for, open_account


def settings(sandbox: Sandbox) -> dict[str, dict[str, object]]:
    """Return what the studio's calendars are set to; 0 and off are none."""
    return {
        row["external_id"]: {name: row[name] or None for name in EDITABLE}
        for row in account_of(sandbox, STUDIO)["calendars"]
    }


def connect_again(page: Page, sandbox: Sandbox) -> None:
    """Set one calendar apart, disconnect its account, and connect the address again."""
    row = account_of(sandbox, STUDIO)["calendars"][3]
    row.update(background_color="#123456", selected=False, default_project_id=330001)
    open_disconnect(page)
    expect(page.locator("main")).to_contain_text("A copy of the settings of 7 calendars")
    audit(page)
    page.get_by_role("button", name=f"Disconnect {STUDIO}").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    leave_for(page, "Google").click()
    consent(page, STUDIO)
    expect(heading(page)).to_have_text(f"Connected {STUDIO}")


def test_they_are_offered_previewed_and_reapplied(
    page: Page, sandbox: Sandbox, application: Application
) -> None:
    before = settings(sandbox)
    connect_again(page, sandbox)
    expect(page.get_by_role("heading", name="Settings from before")).to_be_visible()
    audit(page)
    fresh = settings(sandbox)

    page.get_by_role("button", name="Preview re-applying").click()

    expect(heading(page)).to_have_text("Preview of the settings that were kept")
    expect(page.get_by_role("row", name="Equipment")).to_contain_text("#123456")
    audit(page)
    assert settings(sandbox) == fresh
    page.get_by_role("button", name="Re-apply to").click()
    with application.working():
        expect(page.locator("tbody").get_by_text("Saved").first).to_be_visible(timeout=30_000)
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_role("button", name="Undo all")).to_be_visible(timeout=30_000)
    audit(page)
    equipment = {"background_color": "#123456", "selected": None, "default_project_id": 330001}
    assert settings(sandbox) == {
        number: values | (equipment if values["background_color"] == "#616161" else {})
        for number, values in before.items()
    }


def test_they_are_declined_and_stay_within_reach(page: Page, sandbox: Sandbox) -> None:
    connect_again(page, sandbox)
    open_account(page, STUDIO)
    audit(page)

    page.get_by_role("button", name="No, thanks").click()

    expect(page.get_by_role("button", name="Preview re-applying")).to_have_count(0)
    expect(page.get_by_role("button", name="Preview restoring")).to_be_visible()
    audit(page)
