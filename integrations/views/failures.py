"""The sentence for each cause: one table, so that a cause reads the same wherever it is met."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations import focus

Text = str | Promise


@dataclass(frozen=True)
class Failure:
    """What a person is told: what happened, what it means, and what to do."""

    title: Text
    sentence: Text
    advice: Text
    #: HTTP status of the page.
    status: int


_UNKNOWN_OUTCOME = Failure(
    _("We do not know whether this was saved"),
    _("Focus did not answer in time, so the change may or may not have been made."),
    _("Check again in a moment. The page then shows what Focus really has."),
    502,
)
_FAILURES: dict[type[focus.FocusError], Failure] = {
    focus.CredentialsError: Failure(
        _("App key problem: Focus refuses this application's key"),
        _("The key may have expired or been replaced. The calendars themselves may be fine."),
        _("Ask whoever runs Focusadmin to renew the Focus key."),
        502,
    ),
    focus.ForbiddenError: Failure(
        _("App key problem: Focus does not allow this"),
        _("The key has no access to this workspace or organization."),
        _("Ask whoever runs Focusadmin to check the workspace's numbers and the key's person."),
        502,
    ),
    focus.NotFoundError: Failure(
        _("Focus does not have this any more"),
        _("The account or calendar was removed, perhaps by somebody else."),
        _("Go back to the list and check again."),
        404,
    ),
    focus.QuotaError: Failure(
        _("The hourly requests are used up"),
        _("Toggl allows a number of requests an hour for each key. Nothing is lost."),
        _("Wait until the hour is over, then try again."),
        503,
    ),
    focus.AlreadyConnectedError: Failure(
        _("Focus did not start a new connection"),
        _("Either this calendar account is already connected, or the plan allows no more."),
        _("Look at the accounts that are connected already."),
        409,
    ),
    focus.RejectedError: Failure(
        _("Focus did not accept this"),
        _("Nothing was changed."),
        _("Check what was entered. If it looks right, send the details below to support."),
        502,
    ),
    focus.UnavailableError: Failure(
        _("Focus cannot be reached"),
        _("It did not answer in time, or the network between us is broken."),
        _("Try again in a moment. What was seen last is still in the lists."),
        502,
    ),
    focus.BadResponseError: Failure(
        _("Focus answered something we cannot read"),
        _("The answer was not what the service promises, so nothing was taken from it."),
        _("Try again. If it happens again, send the details below to support."),
        502,
    ),
}


def failure(error: focus.FocusError) -> Failure:
    """Return what to tell; a write whose answer never came is told as *not known*."""
    unanswered = isinstance(error, focus.UnavailableError | focus.BadResponseError)
    if unanswered and error.sent and not error.request.startswith("GET "):
        return _UNKNOWN_OUTCOME
    return next(_FAILURES[cause] for cause in type(error).__mro__ if cause in _FAILURES)


def by_code(code: str) -> Failure | None:
    """Return what to tell for the code that a source noted at its last read."""
    return next((told for cause, told in _FAILURES.items() if cause.code == code), None)
