"""What can go wrong when we talk to Toggl Focus, named by cause.

* FocusError
  * UnavailableError         no good answer (timeout, refused, 408, 5xx): a write may have happened
  * QuotaError               402 quota or 429; see .resets_at
  * RejectedError            any other 4xx: asking again will not help
    * CredentialsError       401
    * ForbiddenError         403: the key is good, but not for this workspace
    * NotFoundError          404
    * AlreadyConnectedError  402 on connect
  * BadResponseError         an answer that is not what was promised
    * ConsentAddressError    a consent address that nobody may be sent to
"""

from datetime import datetime
from typing import ClassVar

from integrations.focus.quota import Quota


class FocusError(Exception):
    """The root of everything that the client raises."""

    code: ClassVar[str] = "focus"
    #: Whether the same request may succeed later.
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        request: str,
        *,
        status: int | None = None,
        detail: str = "",
        remote_code: str = "",
        trace_id: str = "",
        quota: Quota | None = None,
        sent: bool = True,
    ) -> None:
        super().__init__(request, status, detail)
        #: Method and path below the scope, without query: "PUT /integrations/calendar/7".
        self.request = request
        #: The HTTP status; None when there was no answer.
        self.status = status
        #: What the service or the network said, shortened and safe to show.
        self.detail = detail
        #: The service's own word for the error.
        self.remote_code = remote_code
        #: What the service's support asks for.
        self.trace_id = trace_id
        self.quota = quota
        #: False only when it is certain that nothing was sent, so that a write did not happen.
        self.sent = sent

    @property
    def may_have_happened(self) -> bool:
        """Whether this was a write that may have arrived although no good answer came back."""
        unanswered = isinstance(self, UnavailableError | BadResponseError)
        return unanswered and self.sent and not self.request.startswith("GET ")

    def __str__(self) -> str:
        parts = [self.request, type(self).__name__]
        if self.status is not None:
            parts.append(str(self.status))
        if self.detail:
            parts.append(self.detail)
        if self.trace_id:
            parts.append(f"trace {self.trace_id}")
        return ": ".join(parts)


class UnavailableError(FocusError):
    """No usable answer: a write may have happened unless ``sent`` is False."""

    code = "unavailable"
    retryable = True


class QuotaError(FocusError):
    """The hour's requests are used up."""

    code = "quota"
    retryable = True

    @property
    def resets_at(self) -> datetime | None:
        """When requests are allowed again, aware; None when the service did not say."""
        return self.quota.resets_at if self.quota else None


class RejectedError(FocusError):
    """The service refused; asking again will not help."""

    code = "rejected"


class CredentialsError(RejectedError):
    """The key is wrong, expired or replaced."""

    code = "credentials"


class ForbiddenError(RejectedError):
    """The key is good, but its person may not do this here."""

    code = "forbidden"


class NotFoundError(RejectedError):
    """There is no such account or calendar."""

    code = "not-found"


class AlreadyConnectedError(RejectedError):
    """The account is connected already, or the plan allows no more."""

    code = "already-connected"


class BadResponseError(FocusError):
    """The answer is not what was promised; a write may have happened."""

    code = "bad-response"


class ConsentAddressError(BadResponseError):
    """The consent address is missing or leads somewhere nobody may be sent to."""

    code = "consent-address"
