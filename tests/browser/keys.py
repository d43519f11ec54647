"""The product by keys alone: what a test clicks, ticks and fills in is reached with Tab.

``by_keys`` puts that in the place of Playwright's mouse, so that every flow that is tested can be
walked both ways.
"""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

#: More than any page has places for the focus.
MOST_STOPS = 400


def _of_pressed(script: str) -> str:
    """Return a function of what a person presses: a label's control, the link around a word."""
    return f"""element => {{
        const pressed = element.closest("label")?.control
            ?? element.closest("a, button, summary, input, select, textarea") ?? element;
        const focus = document.activeElement;
        return {script};
    }}"""


KIND = _of_pressed("pressed.type || pressed.localName")
IS_CHECKED = _of_pressed("pressed.checked")
#: The key that leads there from where the focus is: back where it comes earlier in the document.
_TAB = """focus !== document.body
        && focus.compareDocumentPosition(pressed) & Node.DOCUMENT_POSITION_PRECEDING
        ? "Shift+Tab" : "Tab" """
NEXT_KEY = _of_pressed(f'pressed === focus ? "" : {_TAB}')
#: The radios of a group share one stop: the one that is checked, or whichever is met first.
NEXT_KEY_TO_RADIO = _of_pressed(
    f"""pressed === focus ? ""
        : focus.type === "radio" && focus.name === pressed.name && focus.form === pressed.form
        ? "ArrowDown" : {_TAB}"""
)
#: A card around a radio may be what is drawn around.
IS_OUTLINED = _of_pressed(
    """pressed.matches(":focus-visible") && [pressed, pressed.closest(".choice")].some((drawn) =>
        drawn && getComputedStyle(drawn).outlineStyle !== "none"
        && parseFloat(getComputedStyle(drawn).outlineWidth) >= 2)"""
)


def has_visible_focus(target: Locator) -> bool:
    """Say whether the browser draws something around an element that has the focus."""
    return bool(target.evaluate(IS_OUTLINED))


def tab_to(target: Locator) -> None:
    """Press Tab until an element has the focus; fails when it never gets it, or shows nothing."""
    expect(target).to_be_visible()
    _walk(target, NEXT_KEY)
    assert has_visible_focus(target), f"nothing shows that {target} has the focus"


def by_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every click, tick and entry of a test be made with keys."""
    fill = Locator.fill

    def fill_in(target: Locator, value: str) -> None:
        """Type over what a field holds; colours are picked in a window that is the browser's."""
        if _kind(target) == "color":
            fill(target, value)
            return
        tab_to(target)
        target.page.keyboard.press("Control+A")
        target.page.keyboard.press("Delete")
        target.page.keyboard.type(value)

    monkeypatch.setattr(Locator, "fill", fill_in)
    monkeypatch.setattr(Locator, "click", _press)
    monkeypatch.setattr(Locator, "check", lambda target: _tick(target, checked=True))
    monkeypatch.setattr(Locator, "uncheck", lambda target: _tick(target, checked=False))


def _press(target: Locator, **_options: Any) -> None:
    """Do with keys what a click does; what matters to a mouse alone is left out."""
    if _kind(target) in ("checkbox", "radio"):
        _tick(target, checked=True)
        return
    tab_to(target)
    target.page.keyboard.press("Enter")


def _tick(target: Locator, *, checked: bool) -> None:
    """Tick a box or choose a radio, or take the tick away, where it is not so already."""
    expect(target).to_be_visible()
    if target.evaluate(IS_CHECKED) == checked:
        return
    _walk(target, NEXT_KEY_TO_RADIO if _kind(target) == "radio" else NEXT_KEY)
    assert has_visible_focus(target), f"nothing shows that {target} has the focus"
    if target.evaluate(IS_CHECKED) != checked:
        target.page.keyboard.press("Space")


def _kind(target: Locator) -> str:
    return str(target.evaluate(KIND))


def _walk(target: Locator, next_key: str) -> None:
    for _ in range(MOST_STOPS):
        key = target.evaluate(next_key)
        if not key:
            return
        target.page.keyboard.press(key)
    raise AssertionError(f"no key ever reaches {target}")
