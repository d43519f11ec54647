"""A mail server on loopback that keeps what it is given, and fails as it is told."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast


class Mailbox(socketserver.ThreadingTCPServer):
    """``letters`` holds what came; ``fault`` is how the next sessions end, if it is set.

    ``refuse``: each recipient with 550, as those in ``refused`` are always. ``busy``: the text with
    451. ``drop``: the connection ends where the text was taken, before that is said.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self._tls = tls
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refused: set[str] = set()
        self.fault = ""

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection, over TLS from its first byte where that is spoken here."""
        taken, address = super().get_request()
        if self._tls is not None:
            taken = self._tls.wrap_socket(taken, server_side=True)
        return taken, address

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Session(socketserver.StreamRequestHandler):
    timeout = 10

    def handle(self) -> None:
        box = cast(Mailbox, self.server)
        self._say("220 mailbox")
        while line := self.rfile.readline(2000):
            word = line[:4].upper().strip()
            if word == b"RCPT":
                self._take_recipient(box, line.decode().split("<")[1].split(">")[0])
            elif word == b"DATA":
                self._say("354 go on")
                if not self._took(box):
                    return
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take_recipient(self, box: Mailbox, address: str) -> None:
        if box.fault == "refuse" or address in box.refused:
            self._say("550 nobody here")
            return
        box.recipients.append(address)
        self._say("250 ok")

    def _took(self, box: Mailbox) -> bool:
        text = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            text += line.removeprefix(b".") if line.startswith(b"..") else line
        if box.fault == "busy":
            self._say("451 try later")
            return True
        letter: Any = message_from_bytes(text, policy=policy.default)
        box.letters.append(letter)
        if box.fault == "drop":
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mailbox(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """Give a mail server that listens until the end; over TLS with a context that has its key."""
    with Mailbox(tls) as box:
        thread = threading.Thread(target=box.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.shutdown()
            thread.join(timeout=10)
