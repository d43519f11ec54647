"""Draw the main pages: ``python -m tests.support.screenshots FOLDER`` (with ``CHROMIUM=path``).

Sandbox and application run in this process, on an empty database in a temporary folder.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from playwright.sync_api import Browser, sync_playwright

from integrations.sandbox import Sandbox
from tests.support import environment
from tests.support.postgres import free_port

EMAIL, NAME, SECRET = "alex@example.com", "Alex Admin", "correct-horse-battery"
WORKSPACE = "/w/4400001"
#: Name of the picture: address; {account} and {calendar} are ours of a healthy account.
PAGES = {
    "sign-in": "/sign-in/",
    "overview": f"{WORKSPACE}/overview/",
    "workspaces": "/workspaces/",
    "accounts": f"{WORKSPACE}/accounts/",
    "account": f"{WORKSPACE}/accounts/{{account}}/",
    "calendars": f"{WORKSPACE}/calendars/",
    "calendar": f"{WORKSPACE}/accounts/{{account}}/calendars/{{calendar}}/",
    "palette": f"{WORKSPACE}/palette/",
    "connect": f"{WORKSPACE}/accounts/connect/",
    "disconnect": f"{WORKSPACE}/accounts/{{account}}/disconnect/",
    "people": "/people/",
    "status": "/status/",
}
#: Name of the look: width, height, colour scheme.
LOOKS = {
    "light": (1280, 860, "light"),
    "dark": (1280, 860, "dark"),
    "phone": (390, 844, "light"),
}
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


class Server(ThreadingMixIn, WSGIServer):
    """Answers several requests of one browser at once."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Keeps the terminal for what matters."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def configure(box: Sandbox, folder: Path, port: int) -> None:
    """Prepare Django in front of ``box``, with a team of whom one can sign in."""
    environment.use(
        environment.TESTS
        | {
            "DJANGO_SETTINGS_MODULE": "focusadmin.settings",
            "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "LOG_LEVEL": "WARNING",
            "FOCUS_API_URL": box.api_url,
            "FOCUS_API_KEY": box.shared_key,
            "FOCUS_CONSENT_ORIGINS": box.provider_url,
        }
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0)
    from focusadmin.identity.models import User
    from focusadmin.identity.roles import Role

    User.objects.create_local(email=EMAIL, name=NAME, password=SECRET, role=Role.MANAGER)
    populate()


def populate() -> None:
    """Add a team: Bo lends his key, Chidi shows how his accounts are, Dana has none yet."""
    from integrations.models import Key
    from tests.teamwork import give_key, person

    give_key(person("bo"), "bo", Key.Visibility.ACT)
    give_key(person("chidi"), "chidi")
    person("dana")


@contextmanager
def served(port: int) -> Iterator[str]:
    """Yield the address of the application, served from this process."""
    from focusadmin.wsgi import application

    server = make_server("127.0.0.1", port, application, Server, Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        server.server_close()


def numbers() -> dict[str, int]:
    """Read the workspace once and return our numbers of an account and one of its calendars."""
    from django.test import Client

    from focusadmin.identity.models import User
    from integrations.models import Calendar

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=EMAIL))
    client.get(PAGES["accounts"])
    calendars = Calendar.objects.filter(account__error_status="", account__source__key__owner=None)
    calendar = calendars.exclude(name="").order_by("pk")[0]
    return {"account": calendar.account_id, "calendar": calendar.pk}


def draw(browser: Browser, url: str, folder: Path, ids: dict[str, int], look: str) -> None:
    """Take a picture of every page in one look."""
    width, height, scheme = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.on("console", lambda said: print(f"{look} {page.url}: {said.text}", file=sys.stderr))
    for name, path in PAGES.items():
        answer = page.goto(url + path.format(**ids))
        if answer is None or not answer.ok:
            sys.exit(f"{path} answered {answer and answer.status}; there is nothing to draw.")
        page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
        print(f"{name}-{look}.png")
        if name == "sign-in":
            page.get_by_label("E-mail").fill(EMAIL)
            page.get_by_label("Password").fill(SECRET)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda address: "sign-in" not in address)
    context.close()


def shoot(url: str, ids: dict[str, int], folder: Path) -> None:
    """Take a picture of every page in every look."""
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM")
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        for look in LOOKS:
            draw(browser, url, folder, ids, look)
        browser.close()


def main(folder: Path) -> None:
    """Prepare everything, draw, and leave nothing but the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    with tempfile.TemporaryDirectory() as temporary, Sandbox() as box:
        configure(box, Path(temporary), port)
        with served(port) as url:
            shoot(url, numbers(), folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
