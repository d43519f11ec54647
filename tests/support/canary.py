"""Fails every test during which a secret of the cast is logged, printed or answered.

The cast's keys and passwords are in every test's hands, as a real installation's would be in the
product's. Nobody may meet one: not in a log line at DEBUG before anything is cut out of it, not in
an answer of the product to the test client, not in what a test prints.
"""

import base64
import logging
import re
from collections.abc import Generator
from typing import Any

import pytest
from django.test import Client
from structlog.contextvars import get_contextvars

from integrations.sandbox.team import PEOPLE

_WORDS = [
    word
    for _name, email, digits, *_rest in PEOPLE
    for password in [f"{email.split('@')[0]}-example-password"]
    for word in (
        "toggl_sk_" + digits * 16,
        password,
        base64.b64encode(f"{email}:{password}".encode()).decode(),
    )
]
SECRET = re.compile("|".join(map(re.escape, _WORDS)))
AROUND = 60


class Canary(logging.Handler):
    """Hears every record and every answer, and keeps what must not have been in them."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.met: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a log record, its arguments and its error."""
        error = record.exc_info[1] if record.exc_info else ""
        facts = getattr(record, "facts", ""), getattr(record, "trace", ""), get_contextvars()
        self.look(f"a log line of {record.name}", f"{record.msg} {record.args} {error!r} {facts}")

    def look(self, where: str, text: str) -> None:
        """Keep where a secret was met, with what is around it."""
        text = text.replace("<wbr>", "")
        for found in SECRET.finditer(text):
            near = text[max(0, found.start() - AROUND) : found.end() + AROUND]
            self.met.append(f"{where}: …{SECRET.sub('<SECRET>', near)}…")

    def answer(self, response: Any) -> None:
        """Look at an answer of the product."""
        self.look("a header", " ".join(f"{name}: {value}" for name, value in response.items()))
        self.look("a cookie", response.cookies.output())
        if not response.streaming:
            self.look("a page", response.content.decode("utf-8", "replace"))


class Plugin:
    """Puts the canary where everything passes, and fails the test that it was met in."""

    def __init__(self) -> None:
        self.canary = Canary()

    def pytest_sessionstart(self) -> None:
        """Listen to every answer from here on."""
        canary, request = self.canary, Client.request

        def listened(client: Client, **environ: Any) -> Any:
            response = request(client, **environ)
            canary.answer(response)
            return response

        Client.request = listened  # type: ignore[method-assign,assignment]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Listen to the log at DEBUG: whoever configured it since may have taken us away."""
        logging.getLogger().setLevel(logging.DEBUG)
        logging.getLogger().addHandler(self.canary)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Turn a passed test into a failed one."""
        report = yield
        for name, text in report.sections:
            self.canary.look(name, text)
        met, self.canary.met = self.canary.met, []
        if met and report.outcome == "passed":
            report.outcome = "failed"
            report.longrepr = "A secret was met:\n" + "\n".join(met)
        return report


def pytest_configure(config: pytest.Config) -> None:
    """Start."""
    config.pluginmanager.register(Plugin(), "focusadmin-canary")
