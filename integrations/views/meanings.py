"""What the product's words mean, once for all: the help lists it, and other pages show the same.

The words themselves are the models' labels and those of ``words``; how one account is, in a
sentence with its address, is ``words.advice``.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from focusadmin.identity.roles import Role
from integrations.models import Account, Change, Key
from integrations.services import health
from integrations.views.words import Text

State = Account.State
Outcome = Change.Outcome
Visibility = Key.Visibility


@dataclass(frozen=True)
class Meaning:
    """What a word stands for, and what to do about it."""

    what: Text
    todo: Text


STATES: dict[str, Meaning] = {
    State.RECONNECT: Meaning(
        _lazy(
            "The provider no longer lets Toggl in: the access has expired, the password was"
            " changed, or somebody took it back. Calendars, colours and defaults are kept; new"
            " events do not arrive."
        ),
        _lazy(
            "Press Reconnect and choose the same address at the provider. The owner of the account"
            " has to do this, or somebody who can sign in there as that person."
        ),
    ),
    State.PERMISSION: Meaning(
        _lazy(
            "The account is connected, but a box was left empty at the provider, so Toggl may not"
            " see everything that it needs."
        ),
        _lazy("Press Reconnect and tick every box on the provider’s page."),
    ),
    State.ADMIN: Meaning(
        _lazy(
            "The company decides which programs may see its calendars, and nobody has approved"
            " Toggl yet."
        ),
        _lazy(
            "Send the text on the account’s page to your IT. Once they have approved Toggl, press"
            " Reconnect."
        ),
    ),
    State.UNKNOWN: Meaning(
        _lazy(
            "Focus reports an error that Focusadmin has no words for. It is shown as it came, with"
            " nothing added."
        ),
        _lazy(
            "Press Reconnect. If that does not help, send the text on the account’s page to Toggl’s"
            " support."
        ),
    ),
    State.EMPTY: Meaning(
        _lazy("Toggl can reach the account, but finds no calendar there."),
        _lazy(
            "Press Refresh calendars. If the list stays empty, look in the provider’s own web page"
            " whether this address has calendars at all."
        ),
    ),
    State.WORKING: Meaning(
        _lazy("Toggl can read the calendars of this account."),
        _lazy("Nothing. Refresh calendars brings in a calendar that was added a moment ago."),
    ),
}
PERMISSIONS: dict[str, Text] = {
    health.SEE_CALENDARS: _lazy(
        "Toggl sees which calendars the account has, their names and their colours. Without it"
        " nothing can be shown."
    ),
    health.SEE_EVENTS: _lazy(
        "Toggl sees title, time and people of the events. Without it calendars stay empty in the"
        " planner."
    ),
    health.CHANGE_EVENTS: _lazy(
        "Toggl may create, move and delete events. Needed only to sync plans back to the calendar;"
        " leave it off if you do not."
    ),
}
OUTCOMES: dict[str, Text] = {
    Outcome.INTENDED: _lazy("Written down, and not sent yet."),
    Outcome.SENDING: _lazy("On its way to Focus at this moment."),
    Outcome.DONE: _lazy("Focus has confirmed it."),
    Outcome.FAILED: _lazy("Focus did not do it. Nothing was changed; try again later."),
    Outcome.REFUSED: _lazy("Focus does not allow it. Trying again alone will not help."),
    Outcome.CONFLICT: _lazy(
        "Somebody changed the same thing in the meantime. Nothing was overwritten: both versions"
        " are shown to choose from."
    ),
    Outcome.UNKNOWN: _lazy(
        "The answer never arrived. The next look at Focus shows whether it was done; nothing is"
        " sent twice."
    ),
}
#: What each role adds to those before it.
ROLES: dict[Role, Text] = {
    Role.VIEWER: _lazy(
        "Sees accounts, calendars and the record of changes, exports them, asks Focus for news with"
        " “Check now”, and keeps a key of their own."
    ),
    Role.EDITOR: _lazy(
        "Changes colours, switches and defaults, of one calendar or of many, and the palette; hides"
        " events, dismisses lines of the overview, refreshes calendars, imports, undoes, and"
        " restores what was kept."
    ),
    Role.MANAGER: _lazy(
        "Connects, reconnects and disconnects accounts, grants write access and makes rules; looks"
        " after people and workspaces, and sees the status page."
    ),
}
VISIBILITIES: dict[str, Text] = {
    Visibility.PRIVATE: _lazy("Nobody but the owner sees accounts through the key."),
    Visibility.HEALTH: _lazy("Managers see how the accounts are. Only the owner changes anything."),
    Visibility.ACT: _lazy("Managers see the accounts, and act on them in the owner’s name."),
}
#: What Focus is asked to do with planned entries when an account is disconnected.
ENTRIES: dict[str, Text] = {
    "keep": _lazy("Focus is asked to keep future entries that were planned from these calendars."),
    "remove": _lazy(
        "Focus is asked to delete future entries that were planned from these calendars."
    ),
}
ENTRIES_ASKED = _lazy(
    "We ask Focus for this with the request; Focus carries it out by itself, in the background, and"
    " does not report back."
)
GLOSSARY: tuple[tuple[Text, Text], ...] = (
    (
        _lazy("Account"),
        _lazy(
            "One address at Google or Outlook that somebody has connected to Toggl Focus. It brings"
            " its calendars along."
        ),
    ),
    (
        _lazy("Bulk edit"),
        _lazy(
            "One change to many calendars, confirmed as a whole after a preview. It is carried out"
            " in the background, and you may leave the page."
        ),
    ),
    (
        _lazy("Calendar"),
        _lazy("One calendar of an account, with its colours, switches and defaults in Focus."),
    ),
    (
        _lazy("Change"),
        _lazy("The record of one write: who, why, through whose key, before, after, outcome."),
    ),
    (
        _lazy("Check"),
        _lazy("Asks Focus what it knows. The provider is not asked."),
    ),
    (
        _lazy("Connect"),
        _lazy("Let Toggl in at the provider for the first time."),
    ),
    (
        _lazy("Default"),
        _lazy("The workspace, project or task that new entries of a calendar begin with."),
    ),
    (
        _lazy("Disconnect"),
        _lazy("Takes an account and its calendars away from Toggl."),
    ),
    (
        _lazy("Hidden event"),
        _lazy("An event that Focus leaves out of the planner. It stays in the calendar itself."),
    ),
    (
        _lazy("Kept settings"),
        _lazy("A copy of an account’s settings, taken before something big. It can be restored."),
    ),
    (
        _lazy("Key"),
        _lazy("What Focusadmin signs in to Focus with. It belongs to one person."),
    ),
    (
        _lazy("Organization"),
        _lazy("What a company has at Toggl. It holds one workspace or several."),
    ),
    (
        _lazy("Overview"),
        _lazy("What needs somebody, who that is, and the one right thing to do."),
    ),
    (
        _lazy("Palette"),
        _lazy("The team’s named pairs of background and text, offered wherever colours are set."),
    ),
    (
        _lazy("Provider"),
        _lazy("Whose calendar it is in the first place: Google or Microsoft (Outlook)."),
    ),
    (
        _lazy("Reconnect"),
        _lazy("Renew an access that has ended, without widening it."),
    ),
    (
        _lazy("Refresh calendars"),
        _lazy("Has Focus read the provider’s list again, and shows what differs."),
    ),
    (
        pgettext_lazy("glossary", "Request"),
        _lazy("One question to Focus. Each key may ask a certain number in an hour."),
    ),
    (
        _lazy("Rule"),
        _lazy("Gives events with a certain title to a project or a task, in every calendar."),
    ),
    (
        _lazy("Shared key"),
        _lazy("The key that whoever runs Focusadmin has set up for everybody."),
    ),
    (
        _lazy("Trace id"),
        _lazy("Toggl’s own number for one request. Their support finds it by that."),
    ),
    (
        _lazy("Workspace"),
        _lazy("Where a team’s projects, tasks and planner are in Toggl."),
    ),
)
