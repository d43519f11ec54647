"""``python -m integrations.sandbox.sso``: the proxy alone, in front of an application."""

import argparse
import signal
import sys
from threading import Event

from integrations.sandbox.alone import port
from integrations.sandbox.sso.proxy import SsoProxy
from integrations.sandbox.wire import PortError


def main() -> None:
    """Serve until SIGTERM or Ctrl-C; exits with one sentence when a port is taken."""
    parser = argparse.ArgumentParser(prog="sso", description=__doc__)
    parser.add_argument("--port", type=port, default=8000, help="where the application seems to be")
    parser.add_argument("--desk-port", type=port, default=8004, help="the sign-in's port")
    parser.add_argument("--app-port", type=port, default=8003, help="where the application is")
    asked = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    try:
        with SsoProxy(**vars(parser.parse_args())):
            asked.wait()
    except PortError as error:
        sys.exit(f"The proxy cannot start: {error}.")


if __name__ == "__main__":
    main()
