"""The list of calendars goes to a file and comes back from it."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import DESKTOP, PHONE, audit, resize
from tests.browser.walking import CALENDARS, account_of, heading

#: A folder to draw the pages into, for eyes.
PICTURES = os.environ.get("PICTURES")


def draw(page: Page, name: str) -> None:
    """Draw the page by day on a desk and by night on a phone, where somebody wants to look."""
    if PICTURES:
        for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
            resize(page, *size)
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.screenshot(path=f"{PICTURES}/{name}-{scheme}.png", full_page=True)
        resize(page, *DESKTOP)
        page.emulate_media(color_scheme="light")


def download(page: Page, path: Path) -> str:
    """Press "Export CSV" and return what was in the file."""
    with page.expect_download() as begun:
        page.get_by_role("link", name="Export CSV").click()
    assert begun.value.suggested_filename.startswith("focusadmin-4400001-calendars-")
    begun.value.save_as(path)
    return path.read_text(encoding="utf-8-sig")


def test_an_export_is_edited_and_imported_through_its_preview(
    page: Page, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "calendars.csv"
    page.goto(f"{CALENDARS}?q=rooms@example.net&on=yes")
    draw(page, "list")
    audit(page)
    text = download(page, path)
    assert text.count("rooms@example.net") == text.count("\n") - 1 == 4
    entry = account_of(sandbox, "rooms@example.net")["calendars"][0]
    assert entry["selected"] is True
    line = next(line for line in text.splitlines() if f",{entry['calendar_id']}," in line)
    path.write_text(text.replace(line, line.replace("true", "false", 1)), encoding="utf-8")

    page.get_by_role("link", name="Import CSV").click()
    expect(heading(page)).to_have_text("Import settings")
    draw(page, "import")
    audit(page)
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Check and preview").click()

    expect(heading(page)).to_have_text("Preview of the import")
    expect(page.get_by_text("1 calendar changes. Nothing is sent yet.")).to_be_visible()
    draw(page, "preview")
    audit(page)
    assert entry["selected"] is True
    page.get_by_role("link", name="Calendars", exact=True).last.click()
    expect(page.get_by_role("link", name="On or off: On")).to_be_visible()


def test_what_is_wrong_is_told_by_line_and_what_was_pasted_stays(page: Page) -> None:
    text = "integration_id\tcalendar_id\tselectd\n1\tx\ttrue\n" + "2\t1.2E+17\tfalse\n" * 30
    page.goto(f"{CALENDARS}import/")
    box = page.get_by_label("Or paste its lines")
    box.fill(text)

    page.get_by_role("button", name="Check and preview").click()

    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("There are 32 problems in it, so nothing was taken from it.")
    expect(page.get_by_text("Line 2, column calendar_id: “x” is no whole number")).to_be_visible()
    expect(page.get_by_text("Is selected meant?")).to_be_visible()
    draw(page, "problems")
    audit(page)
    summary.get_by_role("link").click()
    expect(box).to_be_in_viewport()
    expect(box).to_have_value(
        "integration_id\tcalendar_id\tselectd\n1\tx\ttrue\n" + "2\t1.2E+17\tfalse\n" * 30
    )
