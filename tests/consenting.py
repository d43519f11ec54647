"""The person at the provider: opens the consent address and answers as told, over HTTP."""

from collections.abc import Iterable
from urllib.parse import urljoin

import requests

from tests.browsing import Page


def consent(
    address: str,
    *,
    identity: str | None = None,
    permissions: Iterable[str] | None = None,
    allow: bool = True,
) -> str | None:
    """Answer the provider's page; returns the address that the browser is sent back to.

    ``identity`` and ``permissions`` are what the page suggests unless told otherwise. None: Focus
    knows no address to send the browser back to.
    """
    form = Page(_get(address).text).form("/consent")
    fields = [pair for pair in form.fields if pair[0] not in ("identity", "permission")]
    chosen = identity or form.values["identity"]
    ticked = [value for name, value in form.fields if name == "permission"]
    fields += [("identity", chosen), ("decision", "allow" if allow else "refuse")]
    fields += [("permission", p) for p in (ticked if permissions is None else permissions)]
    answered = requests.post(
        urljoin(address, form.action), data=fields, allow_redirects=False, timeout=5
    )
    assert answered.status_code == 302, answered.text
    back = requests.get(answered.headers["Location"], allow_redirects=False, timeout=5)
    return back.headers["Location"] if back.status_code == 302 else None


def permissions_asked(address: str) -> list[str]:
    """Return what the provider's page asks for."""
    form = Page(_get(address).text).form("/consent")
    return [value for name, value in form.fields if name == "permission"]


def _get(address: str) -> requests.Response:
    page = requests.get(address, timeout=5)
    assert page.status_code == 200, page.text
    return page
