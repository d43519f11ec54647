"""What the script adds to a calendar's form."""

import pytest
from playwright.sync_api import Page, expect

from integrations.sandbox import Sandbox
from tests.browser.audit import audit
from tests.browser.test_calendar_form import ALEX, OUTLOOK, background, foreground
from tests.browser.test_settings import choose
from tests.browser.walking import HOME, calendar_of, expect_message, open_calendar, save, written


@pytest.mark.walk
def test_it_draws_what_is_typed(lively: Page) -> None:
    open_calendar(lively, ALEX, "Client calls")
    picker = lively.locator("#id_background_color_picker")
    expect(picker).to_have_value("#0b8043")

    background(lively).press("Control+A")
    background(lively).press_sequentially("FFF")

    expect(picker).to_have_value("#ffffff")
    for sample in lively.locator(".sample").all():
        expect(sample.locator("rect[data-fill=background]")).to_have_attribute("fill", "#ffffff")
    expect(lively.locator(".contrast")).to_have_text(
        "Contrast 1.0:1 – hard to read. Aim for 4.5:1 or more."
    )
    foreground(lively).fill("#000")
    expect(lively.locator(".contrast")).to_have_text("Contrast 21.0:1 – easy to read.")
    foreground(lively).fill("#0000")
    expect(lively.locator(".contrast")).to_contain_text("Contrast not known")
    audit(lively)


@pytest.mark.walk
def test_it_writes_a_ratio_as_the_language_does(lively: Page) -> None:
    choose(lively, language="de")
    expect(lively.locator("html")).to_have_attribute("lang", "de")
    lively.goto(f"{HOME}/palette/")

    for name in ("background_color", "foreground_color"):
        lively.locator(f"#id_{name}").fill("#fff")

    expect(lively.locator("[data-contrast]")).to_contain_text("Kontrast 1,0:1")


def test_it_writes_what_was_picked(lively: Page, sandbox: Sandbox) -> None:
    before = calendar_of(sandbox, ALEX, "Client calls") | {}
    open_calendar(lively, ALEX, "Client calls")

    lively.locator("#id_foreground_color_picker").fill("#ffeecc")

    expect(foreground(lively)).to_have_value("#ffeecc")
    save(lively)
    expect_message(lively, "Saved Client calls.")
    assert written(sandbox) == [before | {"foreground_color": "#ffeecc"}]


def test_it_shows_that_the_picker_holds_no_colour(lively: Page) -> None:
    open_calendar(lively, OUTLOOK, "Named, not coloured")

    expect(lively.locator("#id_background_color_picker")).to_contain_class("unset")
    expect(background(lively)).to_have_value("lightyellow")


def test_it_sends_a_form_once_however_often_one_clicks(lively: Page, sandbox: Sandbox) -> None:
    open_calendar(lively, ALEX, "Client calls")
    sandbox.fault("update_calendar", "delay", seconds=0.5)
    background(lively).fill("#123456")

    lively.get_by_role("button", name="Save", exact=True).dblclick()

    expect_message(lively, "Saved Client calls.")
    assert len(written(sandbox)) == 1
    background(lively).fill("#654321")
    save(lively)
    expect(background(lively)).to_have_value("#654321")
    expect_message(lively, "Saved Client calls.")
    assert len(written(sandbox)) == 2


def test_it_can_be_sent_again_after_going_back(lively: Page, sandbox: Sandbox) -> None:
    open_calendar(lively, ALEX, "Client calls")
    background(lively).fill("#123456")
    save(lively)
    expect_message(lively, "Saved Client calls.")

    lively.go_back()
    background(lively).fill("#abcdef")
    save(lively)

    expect_message(lively, "Saved Client calls.")
    assert [body["background_color"] for body in written(sandbox)] == ["#123456", "#abcdef"]
