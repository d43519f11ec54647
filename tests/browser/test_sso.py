"""Company sign-on, clicked through: a signing proxy in front of the application, as in its demo."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from integrations.management.demo import SSO, Demo
from integrations.sandbox import Sandbox
from integrations.sandbox.sso import SsoProxy
from tests.browser.application import Application, served
from tests.browser.audit import DESKTOP, audit
from tests.browser.conftest import PATIENCE
from tests.browser.listening import Listener
from tests.browser.test_calendar_form import ALEX, background
from tests.browser.walking import (
    ACCOUNTS,
    CONNECT,
    calendar_of,
    consent,
    expect_message,
    heading,
    leave_for,
    onward,
    open_calendar,
    save,
    written,
)

DANA, BO, CHIDI = "Dana Demo", "Bo Larsen", "Chidi Obi"
EXPIRED = "Your sign-in has expired — reload"


@contextmanager
def behind(
    proxy: SsoProxy, box: Sandbox, folder: Path, **more: str
) -> Iterator[tuple[SsoProxy, Application]]:
    """Yield the proxy and the application that it stands before."""
    sign_on = Demo(SSO, folder, proxy.port).sign_on
    with served(box, folder, **sign_on, PUBLIC_URL=proxy.url, **more) as application:
        proxy.app_port = int(application.url.rpartition(":")[2])
        yield proxy, application


@pytest.fixture(scope="module")
def signed_on(
    running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SsoProxy, Application]]:
    """One proxy and one application for the tests of this file."""
    folder = tmp_path_factory.mktemp("sso")
    with SsoProxy() as proxy, behind(proxy, running_sandbox, folder) as both:
        yield both


@pytest.fixture
def application(signed_on: tuple[SsoProxy, Application]) -> Application:
    """The application behind the proxy, in place of the one with passwords."""
    return signed_on[1]


@pytest.fixture
def proxy(signed_on: tuple[SsoProxy, Application]) -> SsoProxy:
    """The proxy, with nobody signed in."""
    signed_on[0].sessions.expire()
    return signed_on[0]


@pytest.fixture
def window(
    browser: Browser, proxy: SsoProxy, sandbox: Sandbox, console: Listener
) -> Iterator[Page]:
    """A browser that nobody has used yet."""
    with fresh(browser, proxy) as page:
        console.listen(page.context)
        yield page


@contextmanager
def fresh(browser: Browser, proxy: SsoProxy, *, js: bool = True) -> Iterator[Page]:
    """Open the only window of a browser that nobody has used yet."""
    context = browser.new_context(
        base_url=proxy.url,
        java_script_enabled=js,
        viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def pick(page: Page, person: str) -> None:
    """Be somebody, at the sign-in that is open."""
    expect(heading(page)).to_have_text("Company sign-in")
    page.get_by_label(person).check()
    page.get_by_role("button", name="Sign in").click()


def sign_on(page: Page, person: str, path: str = ACCOUNTS) -> None:
    """Open a page of the application, and sign in where that leads."""
    page.goto(path)
    pick(page, person)
    expect(page).to_have_url(re.compile(re.escape(path)))


def who(page: Page) -> Locator:
    """Return the part of the page that says who is signed in."""
    return page.locator(".masthead .who")


def test_another_person_on_the_same_browser_gets_nothing_of_the_first(
    window: Page, proxy: SsoProxy
) -> None:
    window.goto(ACCOUNTS)
    audit(window)
    pick(window, DANA)
    expect(heading(window)).to_have_text("Accounts")
    expect(who(window)).to_contain_text(DANA)
    first = {cookie["name"]: cookie["value"] for cookie in window.context.cookies(proxy.url)}

    window.goto(f"{proxy.desk_url}/login?back={ACCOUNTS}")
    pick(window, BO)

    expect(who(window)).to_contain_text(BO)
    assert DANA not in window.content()
    then = {cookie["name"]: cookie["value"] for cookie in window.context.cookies(proxy.url)}
    assert first["sessionid"] != then["sessionid"]
    assert first["csrftoken"] != then["csrftoken"]


def test_a_viewer_sees_what_they_may_not_do_and_why(window: Page) -> None:
    sign_on(window, CHIDI)

    connect = window.get_by_role("button", name="Connect calendar")

    expect(connect).to_have_attribute("aria-disabled", "true")
    expect(connect).to_have_accessible_description(re.compile("Manager"))
    connect.click(force=True)
    expect(window).to_have_url(re.compile(f"{ACCOUNTS}$"))
    audit(window)


def test_a_group_that_is_taken_away_counts_no_more(
    window: Page, proxy: SsoProxy, console: Listener
) -> None:
    console.expect_status(403)
    console.expect("Response Status Error Code 403")
    sign_on(window, DANA, CONNECT)
    expect(heading(window)).to_have_text("Connect calendar")
    listing, desk = window.context.new_page(), window.context.new_page()
    listing.goto(ACCOUNTS)

    desk.goto(f"{proxy.desk_url}/")
    audit(desk)
    desk.get_by_label("focus-managers").uncheck()
    desk.get_by_role("button", name="Set groups").click()
    expect(desk.get_by_label("focus-managers")).not_to_be_checked()
    window.reload()

    expect(heading(window)).to_have_text("You may not do this")
    expect(window.locator("main")).to_contain_text("This needs the role Manager")
    expect(window.locator("main")).to_contain_text("focus-managers")
    audit(window)
    listing.get_by_label("State").select_option("Working")
    expect(listing.locator("main")).to_contain_text("This needs the role Viewer")


def test_signing_out_ends_at_the_company_s_sign_in(window: Page) -> None:
    sign_on(window, DANA)

    window.get_by_role("button", name="Sign out").click()
    expect(heading(window)).to_have_text("You are leaving Focusadmin")
    audit(window)
    window.get_by_role("link", name="End the company sign-on").click()

    expect(heading(window)).to_have_text("Company sign-in")
    expect(window.locator(".lead")).to_contain_text("You are signed out.")
    window.goto(ACCOUNTS)
    expect(heading(window)).to_have_text("Company sign-in")


@pytest.mark.walk
def test_a_form_sent_after_the_session_has_expired_is_not_lost(
    window: Page, proxy: SsoProxy, sandbox: Sandbox, console: Listener
) -> None:
    console.expect("form-action")
    sign_on(window, DANA)
    open_calendar(window, ALEX, "Client calls")
    background(window).fill("#123456")
    proxy.sessions.expire()

    save(window)

    alert = window.get_by_role("alert").filter(has_text=EXPIRED)
    expect(alert).to_be_visible()
    expect(background(window)).to_have_value("#123456")
    assert not written(sandbox)
    audit(window)
    with window.context.expect_page() as opening:
        alert.get_by_role("link", name="Sign in on another tab").click()
    pick(opening.value, DANA)
    expect(who(opening.value)).to_contain_text(DANA)
    save(window)
    expect_message(window, "Saved Client calls.")
    assert calendar_of(sandbox, ALEX, "Client calls")["background_color"] == "#123456"


def test_a_filter_after_the_session_has_expired_says_so(
    window: Page, proxy: SsoProxy, console: Listener
) -> None:
    console.expect("connect-src")
    console.expect("img-src")  # the icon, which the browser fetches when it likes
    console.expect("htmx:")
    sign_on(window, DANA)
    window.wait_for_load_state()  # its script is there before the proxy lets nothing through
    proxy.sessions.expire()

    window.get_by_label("State").select_option("Working")

    alert = window.get_by_role("alert").filter(has_text=EXPIRED)
    alert.get_by_role("link", name="Reload").click()
    pick(window, DANA)
    expect(heading(window)).to_have_text("Accounts")
    expect(window.get_by_role("alert")).to_be_empty()


def test_a_connected_account_comes_back_to_whoever_left_and_past_a_new_key(
    window: Page, proxy: SsoProxy, console: Listener
) -> None:
    sign_on(window, DANA)
    leave_for(window, "Google")
    onward(window, "Google").click()
    desk = window.context.new_page()
    desk.goto(f"{proxy.desk_url}/")
    before = proxy.signer.kid
    desk.get_by_role("button", name="Rotate the key").click()
    expect(desk.get_by_text("signs now")).not_to_contain_text(before)

    consent(window, "noor.new@example.com")

    expect(heading(window)).to_have_text("Connected noor.new@example.com")
    expect(who(window)).to_contain_text(DANA)
    for _ in range(3):
        proxy.signer.rotate()
        window.goto(ACCOUNTS)
        expect(heading(window)).to_have_text("Accounts")


def test_a_form_leads_to_the_sign_in_where_that_is_allowed(
    browser: Browser, running_sandbox: Sandbox, tmp_path: Path
) -> None:
    with SsoProxy() as proxy:
        allowed = behind(proxy, running_sandbox, tmp_path, CSP_FORM_ACTION_EXTRA=proxy.desk_url)
        with allowed, fresh(browser, proxy, js=False) as window:
            sign_on(window, DANA)
            open_calendar(window, ALEX, "Client calls")
            form = window.url
            proxy.sessions.expire()

            save(window)

            pick(window, DANA)
            expect(window).to_have_url(form)
            expect(heading(window)).to_contain_text("Client calls")
