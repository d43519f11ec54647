"""A WSGI application that tells what reached it."""

import json
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse

TOLD = ("REMOTE_ADDR", "CONTENT_TYPE", "CONTENT_LENGTH", "REQUEST_METHOD", "PATH_INFO")


def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the request's headers, its scheme and its body as JSON."""
    told = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    told |= {name: environ.get(name, "") for name in TOLD}
    told |= {"scheme": environ["wsgi.url_scheme"], "body": environ["wsgi.input"].read().decode()}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told).encode()]
