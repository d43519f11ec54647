"""Sending a request, and once more where certainly nothing of it has left (ADR 11)."""

import logging
import time

from focusadmin.outbound import Authorization, ConnectError, Outbound, Response

logger = logging.getLogger(__name__)

_ACCEPT = "application/json, text/plain;q=0.9, */*;q=0.8"
#: Seconds that have to be left for a request to be tried again, and how long before that.
ENOUGH, PAUSE = 3.0, 0.3
#: What the answer to a write may hold, of which a batch has several under way: 10,000 calendars.
WRITE_BYTES = 4 * 1024 * 1024


def send(
    transport: Outbound,
    method: str,
    url: str,
    *,
    auth: Authorization,
    body: bytes | None,
    deadline: float,
) -> Response:
    """Return the answer, of any status, within ``deadline`` seconds in all; raises OutboundError.

    What has left, or may have, is never sent again: it costs a request, and may arrive late.
    """

    def once(seconds: float) -> Response:
        return transport.send(
            method,
            url,
            headers={"Accept": _ACCEPT, "Content-Type": "application/json"},
            auth=auth,
            body=body,
            deadline=seconds,
            max_bytes=None if method == "GET" else WRITE_BYTES,
        )

    ends_at = time.monotonic() + deadline
    try:
        return once(deadline)
    except ConnectError as error:
        if ends_at - time.monotonic() < ENOUGH + PAUSE:
            raise
        logger.info("%s: once more", error)
    time.sleep(PAUSE)
    return once(ends_at - time.monotonic())
