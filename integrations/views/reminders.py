"""What to send to somebody who has to do something that only they can do: a text to copy."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from focusadmin.identity.models import User
from integrations.models import Account
from integrations.services.key_states import KeyState
from integrations.services.standing import Holder
from integrations.views import words

#: States of a key about which its owner can and has to do something.
_KEY = {
    KeyState.NONE: "add",
    KeyState.UNREADABLE: "replace",
    KeyState.EXPIRED: "replace",
    KeyState.REFUSED: "replace",
    KeyState.SOON: "renew",
    KeyState.DOUBTED: "answer",
}

#: States of an account that only its owner can end, at the provider.
RECONNECT = frozenset(
    {
        Account.State.RECONNECT,
        Account.State.PERMISSION,
        Account.State.ADMIN,
        Account.State.UNKNOWN,
    }
)


def is_due(holder: Holder) -> bool:
    """Say whether the person has something to do."""
    if holder.user is None or not holder.user.is_active:
        return False
    return holder.key_state in _KEY or any(
        state in RECONNECT and number for state, number in holder.states.items()
    )


def text(holder: Holder, accounts: Iterable[Account]) -> str:
    """Return the text: which page to open, which accounts, and what to press."""
    broken = [account for account in accounts if account.state in RECONNECT]
    return _letter(holder.user, _key_steps(holder) + [_reconnect(account) for account in broken])


def about_account(account: Account) -> str:
    """Return the same about a single account, for the owner of the key that sees it."""
    return _letter(account.source.key.owner, [_reconnect(account)])


def _letter(to: User | None, steps: list[str]) -> str:
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    greeting = _("Hello %(name)s,") % {"name": to}
    why = _(
        "Focusadmin looks after the calendars that are connected to Toggl Focus. The following"
        " needs you: nobody can sign in or agree in your place."
    )
    return "\n\n".join([greeting, why, *numbered, _("Thank you!")])


def _key_steps(holder: Holder) -> list[str]:
    route = "me-whose" if holder.key_state == KeyState.DOUBTED else "me-key"
    values = {
        "page": _address(reverse(route)),
        "date": words.day(holder.key.expires_on if holder.key else None),
    }
    sentences = {
        "add": _(
            "Your Focus key is missing. Open %(page)s, enter your key, and press “Check and store”."
        ),
        "replace": _(
            "Your Focus key does not work any more. Open %(page)s, enter a new one, and press"
            " “Check and store”."
        ),
        "renew": _(
            "Your Focus key ends on %(date)s. Open %(page)s, enter a new one, and press “Check and"
            " store”."
        ),
        "answer": _("Open %(page)s and answer whose the key is that you entered last."),
    }
    needed = _KEY.get(holder.key_state)
    return [sentences[needed] % values] if needed else []


def _reconnect(account: Account) -> str:
    workspace_id = account.source.workspace.workspace_id
    values = {
        "email": str(account),
        "provider": words.provider_label(account.provider),
        "state": Account.State(account.state).label,
        "page": _address(reverse("account-reconnect", args=[workspace_id, account.pk])),
    }
    told = _(
        "%(email)s (%(provider)s): %(state)s. Open %(page)s, press “Continue”, and choose"
        " %(email)s at %(provider)s. Tick every box. If the page says that you may not, reconnect"
        " this calendar in Toggl Focus itself."
    )
    if account.state == Account.State.ADMIN:
        told = _(
            "%(email)s (%(provider)s): %(state)s. Ask your IT to approve Toggl first. Then open"
            " %(page)s, press “Continue”, and choose %(email)s at %(provider)s. If the page says"
            " that you may not, reconnect this calendar in Toggl Focus itself."
        )
    return told % values


def _address(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"
