"""What must hold on every page: nothing for axe to find, and nothing wider than a phone."""

import json
import os
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

DESKTOP = (1280, 800)
PHONE = (390, 844)
PROVE = os.environ.get("PROVE") == "1"
#: What a page is made of: its elements with their classes and states, without its words.
MADE_OF = """() => [...document.querySelectorAll("*")].map((element) => element.tagName + "."
    + element.getAttribute("class") + element.getAttributeNames().join()).join("|")"""
#: Whether axe looks at pages that are made alike each time.
AGAIN = PROVE
AUDITED: set[int] = set()
OPTIONS = {"resultTypes": ["violations"], "preload": False}


@cache
def script() -> str:
    """Return axe-core's source."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def complaints(page: Page) -> list[str]:
    """Return axe's findings of any weight, a line for each element; it needs scripts to run."""
    if page.evaluate("matchMedia('(scripting: none)').matches"):
        return []
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())  # the debugger may, where the page's own policy forbids
    found: list[dict[str, Any]] = page.evaluate(
        f"async () => (await axe.run(document, {json.dumps(OPTIONS)})).violations"
    )
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))}"
        f" – {' '.join(node['failureSummary'].split())}"
        for rule in found
        for node in rule["nodes"]
    ]


def is_too_wide(page: Page) -> bool:
    """Say whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def audit(page: Page) -> None:
    """Check the page as it stands, by day on a desk and by night on a phone.

    Without AGAIN axe looks once, by day or by night, at pages that are made alike: of the same
    elements in the same states.
    """
    problems: list[str] = []
    for scheme, size in (("light", DESKTOP), ("dark", PHONE)):
        resize(page, *size)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if AGAIN or _is_due(page, scheme):
            problems += [f"{scheme} {size[0]} px: {complaint}" for complaint in complaints(page)]
        if is_too_wide(page):
            problems.append(f"{size[0]} px: the page scrolls sideways: {widest(page)}")
    page.emulate_media(color_scheme="light")
    resize(page, *DESKTOP)
    assert not problems, "\n".join([page.url, *problems])


def _is_due(page: Page, scheme: str) -> bool:
    """Say whether a page made like this one is to be looked at now: once, in one of the schemes."""
    made = zlib.crc32(page.evaluate(MADE_OF).encode())
    if made in AUDITED or scheme != ("light", "dark")[made % 2]:
        return False
    AUDITED.add(made)
    return True


def resize(page: Page, width: int, height: int) -> None:
    """Give the window a size."""
    page.set_viewport_size({"width": width, "height": height})


def widest(page: Page) -> list[str]:
    """Name the elements that reach beyond the window, for the failure's message."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main *, header *")]
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
            .map((element) => element.outerHTML.slice(0, 120)).slice(0, 5)"""
    )
    return found
