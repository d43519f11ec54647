"""The sentence for each cause: one table, so that a cause reads the same wherever it is met."""

from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from focusadmin.identity.models import User
from integrations import focus
from integrations.models import Change, Source
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


_UNKNOWN_OUTCOME = Failure(
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
        return _UNKNOWN_OUTCOME
    told = next(_FAILURES[cause] for cause in type(error).__mro__ if cause in _FAILURES)
    if isinstance(error, focus.QuotaError) and error.resets_at is not None:
        time = date_format(timezone.localtime(error.resets_at), "H:i")
        return replace(
            told, advice=gettext("Wait until %(time)s, then try again.") % {"time": time}
        )
    return told


def by_code(code: str) -> Failure | None:
    """Return what to tell for the code that a source noted at its last read."""
    return next((told for cause, told in _FAILURES.items() if cause.code == code), None)


def of_source(source: Source, person: User) -> Failure | None:
    """Return why a source could not be read last, as it concerns this person; None if it could."""
    told = by_code(source.last_error)
    owner = source.key.owner
    if told is None or owner is None or source.last_error not in _KEY_PROBLEMS:
        return told
    title = _KEY_PROBLEMS[source.last_error]
    owners, others = _KEY_ADVICE.get(source.last_error, _KEY_ADVICE[""])
    advice = owners if owner == person else others % {"owner": owner}
    return Failure(title % {"owner": owner}, told.sentence, advice, told.status)


def of_change(change: Change) -> Failure | None:
    """Return why a change did not end well, None where it did or nothing more is known."""
    if change.outcome == Change.Outcome.CONFLICT:
        return _CONFLICT
    if change.outcome == Change.Outcome.UNKNOWN:
        several = change.error == "several"
        return _SEVERAL if several else _OWN.get(change.error, _UNKNOWN_OUTCOME)
    return _OWN.get(change.error) or by_code(change.error)


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


def _own(title: Text, sentence: Text, advice: Text = "") -> Failure:
    return Failure(title, sentence, advice, 409)


_CONFLICT = _own(
    _("Somebody else had changed it"),
    _("A field was not as it was shown any more, so nothing was written."),
    _("Open the calendar to see what it has now."),
)
_SEVERAL = _own(
    _("It cannot be told which account this was"),
    _("More than one account appeared meanwhile."),
    _("The list of accounts shows what Focus has."),
)
#: A write through a key that was replaced, before its first listing or while its owner is asked.
KEY_NOT_READY = _own(
    _("This key is not used for changes yet"),
    _("It was replaced and has not been seen to be the same person’s. Nothing was sent."),
    _("Check the accounts now. If a question about the key appears, its owner has to answer it."),
)
#: The codes that we write ourselves, beside those of FocusError.
_OWN = {
    "busy": _own(
        _("Somebody else was writing at that moment"),
        _("Nothing was sent."),
        _("Try again."),
    ),
    "gone": _own(
        _("It is no longer there"), _("The calendar is no longer in its account. Nothing was sent.")
    ),
    "not-taken": _own(
        _("Focus did not take over every value"),
        _("It answered well, but with other values than were sent."),
        _("The calendar shows what Focus has."),
    ),
    "already": _own(
        _("It was connected already"), _("The address that was chosen brought nothing new.")
    ),
    "permission": _own(
        _("Permission missing"), _("Not every permission was given on the consent page.")
    ),
    "other": _own(
        _("Another address was chosen"),
        _("The account that this was meant for is as it was before."),
    ),
    "not-saved": _own(
        _("It was not saved"),
        _("No answer came, and the next look at Focus showed that nothing had arrived."),
        _("Try again."),
    ),
    "overtaken": _own(
        _("Nobody can tell whether it was saved"),
        _("No answer came, and by the next look at Focus something else was there."),
        _("The page of the account or calendar shows what Focus has."),
    ),
    "already-so": _own(
        _("It was so already"), _("Focus had the values that were wished for. Nothing was sent.")
    ),
    "stopped": _own(_("Stopped"), _("Somebody stopped the batch before this was sent.")),
    "internal": _own(
        _("Focusadmin failed"),
        _("An error of the application kept coming back, so the rest was given up."),
        _("Whoever runs Focusadmin finds it in the log. Retry what failed afterwards."),
    ),
    "key-removed": _own(
        _("The key is no longer there"),
        _("It was removed after this was confirmed. Nothing was sent."),
    ),
    "key-changed": _own(
        _("The key was replaced"),
        _("It is not the one that this was confirmed for. Nothing was sent."),
        _("Retry it, to confirm it for the new key."),
    ),
    "workspace-removed": _own(
        _("The workspace was removed"),
        _("Nobody may open it any more, so the rest was not sent."),
    ),
    "key-not-ready": _own(
        _("The key is not used for changes at the moment"),
        _("It has expired, or was replaced and not proven yet. Nothing was sent."),
    ),
    "person-disabled": _own(
        _("The person may not sign in any more"),
        _("Whoever confirmed this was disabled or removed. Nothing was sent."),
    ),
    "role-lost": _own(
        _("The person may not edit any more"),
        _("Whoever confirmed this has lost the role that it needs. Nothing was sent."),
    ),
    "not-yours": _own(
        _("The key’s owner does not allow it any more"),
        _("They no longer let others act in their name. Nothing was sent."),
    ),
    "cancelled": _own(_("Turned back"), _("The person turned back before leaving.")),
}
