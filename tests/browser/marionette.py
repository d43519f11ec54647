"""A Firefox that is driven through Marionette, the protocol that every Firefox brings along.

A message is ``length:JSON``: ``[0, id, command, parameters]`` one way and
``[1, id, error, result]`` the other (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from integrations.management.processes import follow_parent
from tests.support import firefox

#: Seconds that Firefox may take to start, and a page to show what is waited for.
START, PATIENCE = 60.0, 15.0
#: The name of an element in an answer, by the WebDriver standard.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
#: Nothing is asked of anybody but of the pages that are opened.
PREFERENCES = {
    "app.update.auto": False,
    "app.normandy.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}


class FirefoxError(AssertionError):
    """Firefox refused a command; the message is its own."""


class Firefox:
    """One window; whatever is looked for is waited for."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")
        self._asked = 0
        self._read()  # its greeting
        self.send("WebDriver:NewSession", {"capabilities": {}})

    def send(self, command: str, parameters: dict[str, Any] | None = None) -> Any:
        """Return the result of a command; raises FirefoxError."""
        self._asked += 1
        body = json.dumps([0, self._asked, command, parameters or {}]).encode()
        self._connection.sendall(b"%d:%s" % (len(body), body))
        _kind, _number, error, result = self._read()
        if error is not None:
            raise FirefoxError(f"{command}: {error['error']}: {error['message']}")
        return result

    def open(self, address: str) -> None:
        """Go to a page and wait until it is there."""
        self.send("WebDriver:Navigate", {"url": address})

    @property
    def address(self) -> str:
        """Where the window is."""
        return str(self.send("WebDriver:GetCurrentURL")["value"])

    def text(self, xpath: str) -> str:
        """Return what an element says."""
        return str(self.send("WebDriver:GetElementText", {"id": self._find(xpath)})["value"])

    def click(self, xpath: str) -> None:
        """Press an element."""
        self.send("WebDriver:ElementClick", {"id": self._find(xpath)})

    def type(self, xpath: str, text: str) -> None:
        """Replace what is in a field."""
        found = self._find(xpath)
        self.send("WebDriver:ElementClear", {"id": found})
        self.send("WebDriver:ElementSendKeys", {"id": found, "text": text})

    def _find(self, xpath: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                found = self.send("WebDriver:FindElement", {"using": "xpath", "value": xpath})
                return str(found["value"][ELEMENT])
            except FirefoxError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            sign = self._stream.read(1)
            assert sign, "Firefox has gone"
            length += sign
        return json.loads(self._stream.read(int(length[:-1])))


@contextmanager
def running(folder: Path) -> Iterator[Firefox]:
    """Start a Firefox whose files are in ``folder``; ends it afterwards."""
    profile = folder / "profile"
    profile.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    told = PREFERENCES | {"marionette.port": port}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in told.items()]
    (profile / "user.js").write_text("\n".join(lines))
    with open(folder / "firefox.log", "wb") as log:
        process = subprocess.Popen(
            [firefox.find(), "--headless", "--marionette", "--no-remote", "--profile", profile],
            env=os.environ | {"HOME": str(folder)},
            stdout=log,
            stderr=log,
            preexec_fn=follow_parent(),
        )
    with process:
        try:
            with _connected(port, process) as connection:
                yield Firefox(connection)
        finally:
            process.terminate()


def _connected(port: int, process: "subprocess.Popen[bytes]") -> socket.socket:
    deadline = time.monotonic() + START
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=START)
        except OSError:
            assert process.poll() is None, "Firefox ended at once; its folder has firefox.log"
            assert time.monotonic() < deadline, "Firefox does not listen"
            time.sleep(0.2)
