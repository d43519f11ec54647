"""What a browser's console says, and what of it a test expected."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage


class Listener:
    """Collects errors, warnings and policy violations of every page that it listens to."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._announced: list[str] = []

    def expect(self, pattern: str) -> None:
        """Announce a complaint that belongs to what is tested."""
        self._announced.append(pattern)

    def expect_status(self, status: int) -> None:
        """Announce that a page will answer with this status, which the browser remarks upon."""
        self.expect(rf"the server responded with a status of {status} ")

    def listen(self, context: BrowserContext) -> None:
        """Listen to everything that goes wrong on any page of a browser."""
        context.on("console", self._on_console)
        context.on("weberror", lambda failure: self._heard.append(f"script: {failure.error}"))

    @property
    def complaints(self) -> list[str]:
        """What was heard and not announced."""
        return [
            text
            for text in self._heard
            if not any(re.search(pattern, text) for pattern in self._announced)
        ]

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._heard.append(f"{message.type} at {message.location.get('url')}: {message.text}")
