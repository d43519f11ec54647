"""Real Chromium in front of the real server, in front of the sandbox."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from integrations.sandbox import Sandbox
from tests.browser import audit
from tests.browser.application import Application, served
from tests.browser.audit import DESKTOP, PROVE
from tests.browser.keys import by_keys
from tests.browser.listening import Listener
from tests.support import chromium

#: Nothing outside this machine is looked up, and Chromium asks nothing in the background.
OPTIONS = [
    "--disable-gpu",
    "--disable-background-networking",
    # The address bar's pages of its own take a fifth of the time, and nobody sees them here. This
    # replaces the list that Playwright gives, so what matters of that is repeated.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,AimEnabled,"
    "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,OptimizationHints,MediaRouter",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
#: Milliseconds; a loaded machine may need several seconds for what usually takes a few hundredths.
PATIENCE = 10_000

Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def application(
    running_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Application]:
    """One server for the whole run."""
    with served(running_sandbox, tmp_path_factory.mktemp("application")) as application:
        yield application


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of this folder.

    It ends with them: while it runs this thread has an event loop, and Django keeps its database
    away from those, for tests elsewhere too.
    """
    program = chromium.find()
    expect.set_options(timeout=PATIENCE)
    options = [*OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@pytest.fixture
def sandbox(running_sandbox: Sandbox, application: Application) -> Sandbox:
    """The seeded sandbox, before a server that has never looked at it."""
    running_sandbox.reset()
    application.forget()
    return running_sandbox


@pytest.fixture
def console(application: Application) -> Iterator[Listener]:
    """What the pages complain about; a test fails on all that it did not announce."""
    listener, before = Listener(), application.log.stat().st_size
    yield listener
    complaints = listener.complaints + application.tracebacks(before)
    assert not complaints, "\n".join(complaints)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def js(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts; whoever asks for it is tested both ways."""
    return bool(request.param)


@pytest.fixture(autouse=True, params=["mouse", "keys"] if PROVE else ["mouse"])
def hands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What the pages are used with; with the full counts every test is walked by keys alone too."""
    if request.param == "keys":
        by_keys(monkeypatch)
        monkeypatch.setattr(audit, "AGAIN", False)  # the pages are those that the mouse led to
    return str(request.param)


@pytest.fixture
def opened(
    browser: Browser, application: Application, sandbox: Sandbox, console: Listener
) -> Iterator[Opener]:
    """Open the window of a browser of its own, in which ``person`` (or nobody) is signed in."""
    contexts: list[BrowserContext] = []

    def window(person: str | None = "mia@example.com", *, js: bool = True) -> Page:
        context = browser.new_context(
            base_url=application.url,
            java_script_enabled=js,
            viewport={"width": DESKTOP[0], "height": DESKTOP[1]},
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if person is not None:
            key = application.sessions[person]
            context.add_cookies([{"name": "sessionid", "value": key, "url": application.url}])
        console.listen(context)
        return context.new_page()

    yield window
    for context in contexts:
        context.close()


@pytest.fixture
def page(opened: Opener, js: bool) -> Page:
    """A window in which Mia is signed in; with and without JavaScript."""
    return opened(js=js)


@pytest.fixture
def lively(opened: Opener) -> Page:
    """A window in which Mia is signed in, with JavaScript."""
    return opened()


@pytest.fixture
def stranger(opened: Opener, js: bool) -> Page:
    """A window in which nobody is signed in; with and without JavaScript."""
    return opened(None, js=js)
