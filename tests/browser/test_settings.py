"""What a person chose is seen at once, and paper is always light."""

from playwright.sync_api import Page, expect

from tests.browser.audit import audit, is_too_wide, resize
from tests.browser.walking import ACCOUNTS, expect_message

SCHEME = "getComputedStyle(document.documentElement).colorScheme"


def choose(page: Page, **names: str) -> None:
    """Choose one of each of some fields, and save."""
    page.goto("/me/settings/")
    for name, value in names.items():
        page.locator(f".choice:has([name={name}][value='{value}']) label").click()
    page.locator("main form [type=submit]").last.click()


def test_theme_density_and_language_are_the_next_pages(page: Page) -> None:
    choose(page, theme="dark", density="compact", language="de")

    expect(page.locator("html")).to_have_attribute("lang", "de")
    audit(page)
    page.emulate_media(color_scheme="light")
    page.goto(ACCOUNTS)
    assert page.evaluate(SCHEME) == "dark"
    for width in (390, 768, 1920):
        resize(page, width, 900)
        assert not is_too_wide(page)

    choose(page, theme="", density="", language="")
    expect_message(page, "Your settings are saved.")
    assert page.evaluate(SCHEME) == "light dark"


def test_paper_is_light_and_shows_the_address_instead_of_controls(page: Page) -> None:
    choose(page, theme="dark")
    page.goto(ACCOUNTS)
    address = page.locator(".print-only")
    expect(address).not_to_be_visible()

    page.emulate_media(media="print")
    expect(address).to_contain_text(page.url)
    assert page.evaluate(SCHEME) == "light"
    for controls in (".masthead nav", ".filters", ".footer", ".actions"):
        for found in page.locator(controls).all():
            expect(found).not_to_be_visible()
    expect(page.locator(".tag", has_text="Needs reconnecting").first).to_be_visible()
