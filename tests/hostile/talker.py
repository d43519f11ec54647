"""A fast server that keeps its connections and says what a function makes of each request."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from tests.hostile.upstream import THREADS, Asked, receive

#: Returns the bytes of an answer; empty: the connection ends without one.
Reply = Callable[[Asked], bytes]
LAST = b"Connection: close"


def written(body: bytes, *lines: bytes, status: int = 200) -> bytes:
    """Return an answer with this body."""
    first = (b"HTTP/1.1 %d OK" % status, b"Content-Length: %d" % len(body))
    return b"\r\n".join((*first, *lines, b"", body))


class Talker:
    """Listens until it is closed; every connection has a thread."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api"
        threading.Thread(target=self._accept, name=THREADS, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                wire, _ = self._listener.accept()
                wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(
                    target=self._serve, args=(wire,), name=THREADS, daemon=True
                ).start()

    def _serve(self, wire: socket.socket) -> None:
        with wire, suppress(OSError):
            while asked := receive(wire):
                answer = self.reply(asked)
                wire.sendall(answer)
                if not answer or LAST in answer[:1000]:
                    return
