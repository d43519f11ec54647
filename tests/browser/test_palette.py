"""The team's palette: made, filled in and applied."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.walking import (
    CALENDARS,
    HOME,
    calendar_of,
    expect_message,
    heading,
    open_calendar,
    save,
)

PALETTE = f"{HOME}/palette/"


def test_a_pair_is_made_and_previewed_on_what_matches(page: Page, js: bool) -> None:
    page.goto(PALETTE)
    expect(page.get_by_text("12 pairs")).to_be_visible()
    audit(page)
    page.get_by_label("Name").fill("Client work")
    page.get_by_role("textbox", name="Background colour", exact=True).fill("0B3D91")
    page.get_by_role("button", name="Use readable text").click()
    expect(page.get_by_text("Contrast 10.0:1 – easy to read.")).to_be_visible()
    page.get_by_role("button", name="Add to the palette").click()
    expect_message(page, "“Client work” is in the palette.")
    row = page.get_by_role("row", name="Client work")
    expect(row).to_contain_text("#0b3d91 text #ffffff")
    row.get_by_role("button", name="Move Client work up").click()
    expect(page.locator("tbody tr").nth(11)).to_contain_text("Client work")

    row.get_by_role("link", name="Apply").click()
    expect(heading(page)).to_have_text("Apply Client work to calendars")
    page.get_by_role("link", name="#16a765").click()
    expect(page.get_by_text("2 of 30 calendars")).to_be_visible()
    audit(page)
    page.get_by_role("button", name="Preview Client work on 2 calendars").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("tbody")).to_contain_text("Client work · 10.0:1 – easy to read")
    audit(page)
    expect(page.get_by_role("button", name="Change 2 calendars")).to_be_visible()


@pytest.mark.thorough
def test_a_pair_is_changed_and_deleted(page: Page, js: bool) -> None:
    page.goto(PALETTE)
    page.get_by_role("link", name="Edit Sky").click()
    expect(heading(page)).to_have_text("Sky")
    audit(page)
    page.get_by_label("Name").fill("Heaven")
    page.get_by_role("button", name="Save", exact=True).click()
    expect_message(page, "Saved “Heaven”.")
    page.get_by_role("link", name="Edit Heaven").click()

    page.get_by_role("button", name="Delete Heaven").click()

    expect_message(page, "“Heaven” is deleted.")
    expect(page.get_by_label("Name")).to_have_value("Heaven")
    expect(page.locator("tbody tr")).to_have_count(11)


def test_a_calendar_gets_a_pair_with_one_press(page: Page, js: bool, sandbox: Sandbox) -> None:
    open_calendar(page, "alex@example.com", "Focus time")
    sky = page.get_by_role("button", name="Sky", exact=True)
    expect(sky).to_have_attribute("aria-pressed", "false")

    sky.click()

    expect(sky).to_have_attribute("aria-pressed", "true")
    for label, colour in {"Background colour": "#86c5ff", "Text colour": "#000000"}.items():
        expect(page.get_by_role("textbox", name=label, exact=True)).to_have_value(colour)
    drawn = page.locator("svg.sample [data-fill=background]")
    for shape in drawn.all():
        expect(shape).to_have_attribute("fill", "#86c5ff")
    audit(page)
    save(page)
    expect_message(page, "Saved Focus time.")
    focus = calendar_of(sandbox, "alex@example.com", "Focus time")
    assert (focus["background_color"], focus["foreground_color"]) == ("#86c5ff", "#000000")
    expect(page.get_by_role("button", name="Before the first change here")).to_be_visible()


def test_the_script_fills_in_without_asking_the_server(lively: Page) -> None:
    page = lively
    page.goto(f"{CALENDARS}?q=rooms%40")
    page.get_by_role("button", name="Edit all").click()
    expect(heading(page)).to_have_text("Edit 4 calendars")
    here = page.url
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.resource_type))

    page.get_by_role("button", name="Plum", exact=True).click()

    for name in ("Background colour", "Text colour"):
        group = page.get_by_role("group", name=name, exact=True)
        expect(group.get_by_label("Set to", exact=True)).to_be_checked()
    page.get_by_role("textbox", name="Background colour: set to", exact=True).fill("#ffffff")
    expect(page.get_by_role("button", name="Plum", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    expect(page.get_by_text("Contrast 1.0:1 – hard to read.")).to_be_visible()
    assert page.url == here
    assert not {"document", "fetch", "xhr"} & {*sent}
