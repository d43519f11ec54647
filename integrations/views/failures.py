"""The sentence for each cause: one table, so that a cause reads the same wherever it is met."""

from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import RuleBook, Source
from integrations.services import credentials, freshness

Text = str | Promise


@dataclass(frozen=True)
class Failure:
    """What a person is told: what happened, what it means, and what to do."""

    title: Text
    sentence: Text
    advice: Text
    #: HTTP status of the page.
    status: int

    @property
    def words(self) -> str:
        """All of it on one line, for a place beside a form or a terminal."""
        return f"{self.title}. {self.sentence} {self.advice}"


UNKNOWN_OUTCOME = Failure(
    _("We do not know whether this was saved"),
    _("Focus gave no usable answer, so the change may or may not have been made."),
    _("Look at what Focus has in a moment, before trying again."),
    502,
)
_FAILURES: dict[type[focus.FocusError], Failure] = {
    focus.CredentialsError: Failure(
        _("App key problem: Focus refuses this application’s key"),
        _("The key may have expired or been replaced. The calendars themselves may be fine."),
        _("Ask whoever runs Focusadmin to renew the Focus key."),
        502,
    ),
    credentials.UnreadableKeyError: Failure(
        _("The stored key cannot be read"),
        _("It was encrypted with another key of the installation, or it was damaged."),
        _("Whoever runs Focusadmin can look at FOCUS_ENCRYPTION_KEYS; or enter the key again."),
        502,
    ),
    credentials.MissingKeyError: Failure(
        _("Focusadmin has no Focus key yet"),
        _("Without one nothing can be read from Focus."),
        _("A manager finishes the set-up; or add a key of your own under “My key”."),
        502,
    ),
    credentials.ExpiredKeyError: Failure(
        _("The key has expired"),
        _("The last day on which it may be used is over, so nothing was sent."),
        _("Replace the key, or change its last day."),
        502,
    ),
    credentials.DoubtedKeyError: Failure(
        _("The key may be another person’s"),
        _("It was replaced, and none of the accounts seen before is among its own."),
        _("Its owner has to answer first; for the shared key, a manager."),
        502,
    ),
    credentials.ReplacedKeyError: Failure(
        _("The key was replaced at this moment"),
        _("Whose accounts Focus listed cannot be told, so nothing was taken from its answer."),
        _("Check again."),
        502,
    ),
    focus.ForbiddenError: Failure(
        _("App key problem: Focus does not allow this"),
        _("The key has no access to this workspace or organization."),
        _("Ask whoever runs Focusadmin to check the workspace’s numbers and the key’s person."),
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
    freshness.ReserveError: Failure(
        _("The hour’s last requests are left to the key’s owner"),
        _("So this page shows what was seen last instead of asking Focus."),
        _("“Check now” still asks, and saving still works."),
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
        _("It gave no usable answer, or the network between us is broken."),
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
    if error.may_have_happened:
        return UNKNOWN_OUTCOME
    told = next(_FAILURES[cause] for cause in type(error).__mro__ if cause in _FAILURES)
    if isinstance(error, focus.QuotaError) and error.resets_at is not None:
        time = date_format(timezone.localtime(error.resets_at), "H:i")
        return replace(
            told, advice=gettext("Wait until %(time)s, then try again.") % {"time": time}
        )
    return told


def unsaved(error: focus.FocusError) -> Failure:
    """Return the same for a form whose write failed: it says so where nothing was saved."""
    told = failure(error)
    if told in (UNKNOWN_OUTCOME, _FAILURES[focus.RejectedError]):  # which says so itself
        return told
    nothing = gettext("Nothing was saved.")
    return replace(told, sentence=f"{told.sentence} {nothing}")


def by_code(code: str) -> Failure | None:
    """Return what to tell for the code that a source noted at its last read."""
    return next((told for cause, told in _FAILURES.items() if cause.code == code), None)


def of_source(source: Source | RuleBook, person: User) -> Failure | None:
    """Return why a source could not be read last, as it concerns this person; None if it could."""
    told = by_code(source.last_error)
    owner = source.key.owner
    if told is None or owner is None or source.last_error not in _KEY_PROBLEMS:
        return told
    title = _KEY_PROBLEMS[source.last_error]
    owners, others = _KEY_ADVICE.get(source.last_error, _KEY_ADVICE[""])
    advice = owners if owner == person else others % {"owner": owner}
    return Failure(title % {"owner": owner}, told.sentence, advice, told.status)


#: What the owner of such a key does about it, and whoever else sees it.
_KEY_ADVICE: dict[str, tuple[Text, Text]] = {
    credentials.DoubtedKeyError.code: (
        _("Open “My key”, behind your name above, and answer."),
        _("Ask %(owner)s to answer under “My key”."),
    ),
    "": (
        _("Open “My key”, behind your name above, and replace it."),
        _("Ask %(owner)s to replace it under “My key”."),
    ),
}
#: What stops one person's key, and says nothing about the calendars.
_KEY_PROBLEMS = {
    focus.CredentialsError.code: _("Focus refuses the key of %(owner)s"),
    credentials.UnreadableKeyError.code: _("The key of %(owner)s cannot be read"),
    credentials.ExpiredKeyError.code: _("The key of %(owner)s has expired"),
    credentials.DoubtedKeyError.code: _("The new key of %(owner)s may be another person’s"),
    focus.ForbiddenError.code: _("The key of %(owner)s may not look into this workspace"),
}


#: A write through a key that was replaced, before its first listing or while its owner is asked.
KEY_NOT_READY = Failure(
    _("This key is not used for changes yet"),
    _("It was replaced and has not been seen to be the same person’s. Nothing was sent."),
    _("Check the accounts now. If a question about the key appears, its owner has to answer it."),
    409,
)
