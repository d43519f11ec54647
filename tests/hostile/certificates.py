"""Certificates of one run, good and bad; no key of them is in the repository."""

import atexit
import shutil
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import trustme

_AUTHORITY = trustme.CA()
_FOLDER = Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, _FOLDER)
_AUTHORITY.cert_pem.write_to_path(str(_FOLDER / "authority.pem"))

#: What the product is told to trust.
AUTHORITY = str(_FOLDER / "authority.pem")
HERE = ("127.0.0.1", "localhost")
_YESTERDAY = datetime.now(UTC) - timedelta(days=1)


def _context(authority: trustme.CA, *names: str, until: datetime | None = None) -> ssl.SSLContext:
    since = (until or _YESTERDAY) - timedelta(days=30)
    leaf = authority.issue_cert(*names, not_before=since, not_after=until)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


@cache
def context(kind: str) -> ssl.SSLContext:
    """Return how a server introduces itself: ``good``, or as somebody whom nobody may believe."""
    match kind:
        case "good":
            return _context(_AUTHORITY, *HERE)
        case "expired":
            return _context(_AUTHORITY, *HERE, until=_YESTERDAY)
        case "wrong host":
            return _context(_AUTHORITY, "phishing.example.net")
        case "self-signed":
            return _context(trustme.CA(), *HERE)
    raise ValueError(kind)
