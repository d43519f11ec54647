"""Why a change of the record did not end well, in words."""

from django.utils.translation import gettext_lazy as _

from integrations.models import Change
from integrations.views.failures import UNKNOWN_OUTCOME, Failure, Text, by_code


def of_change(change: Change) -> Failure | None:
    """Return why a change did not end well, None where it did or nothing more is known."""
    if change.outcome == Change.Outcome.CONFLICT:
        return _RULES["conflict"] if change.action in Change.OF_RULES else _CONFLICT
    if change.action in Change.OF_RULES and change.error in _RULES:
        return _RULES[change.error]
    if change.outcome == Change.Outcome.UNKNOWN:
        several = change.error == "several"
        return _SEVERAL if several else _OWN.get(change.error, UNKNOWN_OUTCOME)
    return _OWN.get(change.error) or by_code(change.error)


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
    "no-trace": _own(
        _("Nobody can tell whether it was saved"),
        _("No answer came, and Focus has no way to read hidden events back."),
        _("Set them again: that replaces whatever is there."),
    ),
    "cancelled": _own(_("Turned back"), _("The person turned back before leaving.")),
}
#: The same of mapping rules.
_RULES = {
    "conflict": _own(
        _("Another rule was there, or somebody had changed this one"),
        _("So nothing was written."),
        _("Open the rules to see what Focus has."),
    ),
    "gone": _own(_("It is no longer there"), _("Focus no longer has the rule. Nothing was sent.")),
    "not-taken": _own(
        _("Focus did not take over every value"),
        _("It answered well, but with other values than were sent."),
        _("The list of rules shows what Focus has."),
    ),
    "overtaken": _own(
        _("Nobody can tell whether it was saved"),
        _("No answer came, and by the next look at Focus something else was there."),
        _("The list of rules shows what Focus has."),
    ),
    "overwrote": _own(
        _("Another rule was written over"),
        _("Focus took its title for the same, though it is spelt differently."),
        _("What that rule said before is below, and can be brought back."),
    ),
}
