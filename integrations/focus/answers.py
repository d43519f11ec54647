"""From an answer that is no success to the error that names its cause."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integrations.focus.errors import (
    AlreadyConnectedError,
    BadResponseError,
    CredentialsError,
    FocusError,
    ForbiddenError,
    NotFoundError,
    QuotaError,
    RejectedError,
    UnavailableError,
)
from integrations.focus.fields import read_text
from integrations.focus.quota import Quota

MAX_DETAIL = 500
_READ = 64 * 1024
# Control characters, white space and what turns the direction of writing.
_UNPRINTABLE = re.compile(r"[^!-~\xa1-\u2027\u202f-\u2065\u206a-\U0010ffff]+")
_TRACE = re.compile(r"[!-~]{1,100}")
_QUOTA_WORDS = re.compile(r"quota|rate.?limit|too many requests|requests? limit", re.IGNORECASE)

#: Said by whatever stands before Focus, which may go on with the request all the same.
TIMED_OUT = 408
_KINDS: dict[int, type[FocusError]] = {
    401: CredentialsError,
    403: ForbiddenError,
    404: NotFoundError,
    429: QuotaError,
}


@dataclass(frozen=True)
class Failure:
    """What the body of an error says; each part may be empty."""

    code: str = ""
    detail: str = ""
    trace_id: str = ""
    #: Whether it speaks of the quota anywhere, also in HTML.
    quota: bool = False


def read_failure(body: bytes, redact: Callable[[str], str]) -> Failure:
    """Read the service's error body, or plain text; a page of HTML says nothing worth showing."""
    text = body[:_READ].decode("utf-8", "replace")
    quota = bool(_QUOTA_WORDS.search(text))
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        plain = "" if text.lstrip().startswith(("<", "{", "[")) else text
        return Failure(detail=_shown(plain, redact), quota=quota)
    if not isinstance(found, dict):
        return Failure(detail=_shown(read_text(found), redact), quota=quota)
    code = _shown(read_text(found.get("error")), redact)
    trace_id = redact(read_text(found.get("trace_id")))
    return Failure(
        code=code,
        detail=_shown(read_text(found.get("error_description")), redact) or code,
        trace_id=trace_id if _TRACE.fullmatch(trace_id) else "",
        quota=quota,
    )


def error_for(
    request: str, status: int, failure: Failure, quota: Quota | None, *, setup: bool
) -> FocusError:
    """The error for a status that is no success."""
    return _kind(status, failure, quota, setup)(
        request,
        status=status,
        detail=failure.detail,
        remote_code=failure.code,
        trace_id=failure.trace_id,
        quota=quota,
    )


def _kind(status: int, failure: Failure, quota: Quota | None, setup: bool) -> type[FocusError]:
    if status < 400:
        return BadResponseError
    if status >= 500 or status == TIMED_OUT:
        return UnavailableError
    if status != 402:
        return _KINDS.get(status, RejectedError)
    used_up = quota is not None and quota.remaining == 0
    if setup and not used_up and not failure.quota:
        return AlreadyConnectedError
    return QuotaError


def _shown(text: str, redact: Callable[[str], str]) -> str:
    """Text for people: without secrets, control characters and excess."""
    return _UNPRINTABLE.sub(" ", redact(text)).strip()[:MAX_DETAIL]
