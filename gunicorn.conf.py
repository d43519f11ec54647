"""How gunicorn serves Focusadmin: read by ``make run``, the demo and any unit file of yours.

``X-Forwarded-Proto`` counts from 127.0.0.1, ::1 and a unix socket. For a proxy on another machine
set ``FORWARDED_ALLOW_IPS=10.1.2.3`` in gunicorn's environment (the same address as in
``TRUSTED_PROXIES``; a list is separated by commas): without it every page redirects to itself.
Never ``*``.
"""

import os
from collections import Counter
from pathlib import Path
from typing import Any

worker_class = "gthread"
workers = 1
threads = 8
graceful_timeout = 5
keepalive = 5
#: Nothing but the command line steers a running server.
control_socket_disable = True
#: A header name with an underscore is refused, never merged into a trusted one.
header_map = "refuse"
#: No header may set the path or the script's name, not even from a neighbour on this machine.
forwarder_headers = ""
#: Bytes in one header: an ID token that names 200 groups has 11,000; the longest believed, 16 KiB.
limit_request_field_size = 17 * 1024


def on_starting(server: Any) -> None:
    """Refuse to believe the scheme that anybody says; forget what dead processes have measured."""
    wide = [peer for peer in server.cfg.forwarded_allow_ips if peer == "*" or peer.endswith("/0")]
    if wide:
        raise SystemExit(
            "FORWARDED_ALLOW_IPS: it trusts everybody (focusadmin.E028); name the proxy's own"
            " address. Example: FORWARDED_ALLOW_IPS=10.1.2.3"
        )
    for file in Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or os.devnull).glob("*_*.db"):
        number = file.stem.rpartition("_")[2]
        gone = number.isdigit() and not Path(f"/proc/{number}").exists()
        if gone or number == "ended":
            file.unlink(missing_ok=True)


def pre_request(worker: Any, request: Any) -> None:
    """Name the headers that came twice: their values are joined, and then nobody could tell.

    A second ``Remote-Groups`` would otherwise look like one longer list of groups.
    """
    seen = Counter(name for name, _value in request.headers)
    twice = [name for name, times in seen.items() if times > 1]
    if twice:
        request.headers.append(("FOCUSADMIN-REPEATED", ",".join(twice)))
