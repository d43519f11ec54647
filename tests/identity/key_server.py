"""A server of keys on loopback, which counts who asks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class KeyServer:
    """Answers with ``documents[path]``, or whatever ``status`` says; ``asked`` holds the paths."""

    def __init__(self) -> None:
        self.documents: dict[str, bytes] = {}
        self.status = 200
        self.asked: list[str] = []
        #: A request waits here while it is not set.
        self.open = threading.Event()
        self.open.set()
        self.url = ""


@contextmanager
def serving() -> Iterator[KeyServer]:
    """Run a server until the end of the block."""
    keys = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.asked.append(self.path)
            keys.open.wait(10)
            body = keys.documents.get(self.path)
            self.send_response(keys.status if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    keys.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield keys
    finally:
        keys.open.set()
        server.shutdown()
        thread.join()
        server.server_close()
