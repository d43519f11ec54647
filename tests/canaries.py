"""A whole installation of a person's key, watched: what it says, answers, logs and keeps."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import requests
from django.contrib.sessions.models import Session
from django.db import connection

from integrations.management.processes import follow_parent
from integrations.sandbox import Sandbox
from tests.browsing import Form, Page
from tests.check.demos import eventually
from tests.check.sources import ROOT
from tests.support import database
from tests.support.postgres import free_port

#: Each is a secret that exists nowhere else.
FIRST = "toggl_sk_" + "ca0a21" * 5 + "ca"
SECOND = "toggl_sk_" + "ca4a77" * 5 + "ca"
PASSWORD = "canary-of-many-feathers-in-a-cage"
CANARIES = (FIRST, SECOND, PASSWORD)


def met(text: str | bytes) -> list[str]:
    """Return which canaries are in a text, in any spelling that somebody could read."""
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    raw = raw.replace(b"<wbr>", b"")
    return [
        f"{number} as {how}"
        for number, canary in enumerate(CANARIES)
        for how, spelling in spellings(canary.removeprefix("toggl_sk_")).items()
        if spelling in raw
    ]


def spellings(secret: str) -> dict[str, bytes]:
    """Return the secret as it is, quoted, in hex, backwards, and as base64 at each offset."""
    raw = secret.encode()
    found = {
        "text": raw,
        "quoted": quote(secret, safe="").encode(),
        "hex": raw.hex().encode(),
        "backwards": raw[::-1],
        "utf-16": secret.encode("utf-16-le"),
    }
    for offset in range(3):
        # Without the ends, which depend on what is around it.
        encoded = base64.b64encode(b"x" * offset + raw)
        found[f"base64 at {offset}"] = encoded[4 if offset else 0 : -4]
    return found


@dataclass
class Installation:
    """gunicorn in a process of its own, and a browser in front of it."""

    url: str
    log: Path
    environment: dict[str, str]
    browser: requests.Session = field(default_factory=requests.Session)
    #: Every page, with its headers.
    pages: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._kept(self.browser.get(self.url + path))

    def send(self, path: str, *, button: str, **typed: str) -> Page:
        """Open a page, fill in the form with that button, and send it."""
        return self.post(self.form(path, button), **typed)

    def form(self, path: str, button: str) -> Form:
        """Return a page's form with that button, its address made whole."""
        form = self.get(path).form(button=button)
        form.action = urljoin(self.url + path, form.action)
        return form

    def post(self, form: Form, **typed: str) -> Page:
        """Send a form."""
        return self._kept(self.browser.post(form.action, {**form.values, **typed}))

    def manage(self, *words: str, **changes: str) -> str:
        """Run a management command beside the server; return all it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment | changes,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        self.said.append(done.stdout)
        return done.stdout

    def everything(self) -> dict[str, bytes]:
        """Return all that was answered, logged, said and stored until now."""
        connection.close()
        sessions = [str(session.get_decoded()) for session in Session.objects.all()]
        return {
            "pages": "\n".join(self.pages).encode(),
            "log": self.log.read_bytes(),
            "commands": "\n".join(self.said).encode(),
            "sessions": "\n".join(sessions).encode(),
            "database": database.dump(),
        }

    def _kept(self, answer: requests.Response) -> Page:
        for each in (*answer.history, answer):
            self.pages.append(f"{each.url}\n{each.headers}\n{each.text}")
        return Page(answer.text)


@contextmanager
def installation(sandbox: Sandbox, folder: Path, **changes: str) -> Iterator[Installation]:
    """Run the product on the database of this test, as talkative as it can be."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment: dict[str, Any] = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.support.loud",
        "DATABASE_URL": database.address(),
        "PUBLIC_URL": url,
        "LOG_LEVEL": "DEBUG",
        "FOCUS_API_URL": sandbox.api_url,
        "FOCUS_CONSENT_ORIGINS": sandbox.provider_url,
        **changes,
    }
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"]
            + ["--log-level", "debug", "--access-logfile", "-", "--bind", f"127.0.0.1:{port}"]
            + ["focusadmin.wsgi:application"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=follow_parent(),
        )
    running = Installation(url, folder / "server.log", environment)
    try:
        eventually(lambda: _answers(url) or process.poll() is not None, seconds=30)
        assert process.poll() is None, running.log.read_text()
        yield running
    finally:
        process.terminate()
        process.wait(timeout=15)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False
