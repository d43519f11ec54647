"""What can go wrong on the way out, named by cause.

* OutboundError
  * UnsendableError     the request itself is malformed: nothing was sent
  * ConnectError        no connection (name, refused, TLS, proxy): nothing was sent
  * DeadlineError       the time is over; ``.sent`` says whether the request had begun to leave
  * TooLargeError       the answer is larger than the cap
  * BrokenAnswerError   reset, cut short or not HTTP
"""

import time

from focusadmin.wire import Call


class OutboundError(Exception):
    """No usable answer; ``sent`` is False only when it is certain that nothing left."""

    def __init__(self, detail: str, *, sent: bool) -> None:
        super().__init__(detail)
        self.detail = detail
        self.sent = sent


class UnsendableError(OutboundError):
    """The request is malformed."""


class ConnectError(OutboundError):
    """There is no connection to the server."""


class DeadlineError(OutboundError):
    """The time is over."""


class TooLargeError(OutboundError):
    """The answer is larger than the cap."""


class BrokenAnswerError(OutboundError):
    """The answer was cut short or is not HTTP."""


def translate(call: Call, error: Exception, host: str, *, timed_out: bool) -> OutboundError:
    """Name the failure by what happened to the call, not by which library noticed."""
    if call.full:
        return TooLargeError("the answer is larger than allowed", sent=True)
    if time.monotonic() >= call.ends_at or timed_out:
        return DeadlineError("no complete answer in time", sent=call.sent)
    if not call.sent:
        return ConnectError(f"no connection to {host} ({_reason(error)})", sent=False)
    return BrokenAnswerError(f"the answer broke off or is not HTTP ({_reason(error)})", sent=True)


def _reason(error: BaseException) -> str:
    """The innermost failure's kind and, from the operating system, its text."""
    while (inner := _cause(error)) is not None:
        error = inner
    text = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _cause(error: BaseException) -> BaseException | None:
    wrapped = next((part for part in error.args if isinstance(part, BaseException)), None)
    return error.__cause__ or error.__context__ or wrapped
