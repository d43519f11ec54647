"""The mail about accounts that broke or recovered: plain text, one line for each fact."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.management import focus_words, operating
from integrations.models import Account
from integrations.services.broken import Found
from integrations.services.telling import Changes
from integrations.views.words import provider_label

#: Characters of a subject; a name in it may be of any length.
MAX_SUBJECT = 120


def words(changes: Changes) -> tuple[str, str]:
    """Return the mail's subject and its text."""
    return _subject(changes), "\n".join(_lines(changes)) + "\n"


def _subject(changes: Changes) -> str:
    parts = []
    if changes.broke:
        parts.append(
            _("%s does not work") % _name(changes.broke[0])
            if len(changes.broke) == 1
            else ngettext(
                "%(number)s account does not work",
                "%(number)s accounts do not work",
                len(changes.broke),
            )
            % {"number": len(changes.broke)}
        )
    if changes.recovered:
        parts.append(
            _("%s works again") % _name(changes.recovered[0])
            if len(changes.recovered) == 1
            else ngettext(
                "%(number)s account works again",
                "%(number)s accounts work again",
                len(changes.recovered),
            )
            % {"number": len(changes.recovered)}
        )
    subject = "Focusadmin: " + ", ".join(parts)
    return subject if len(subject) <= MAX_SUBJECT else subject[: MAX_SUBJECT - 1] + "…"


def _lines(changes: Changes) -> Iterator[str]:
    if changes.broke:
        yield _("Not working any more:")
        yield from _accounts(changes.broke)
    if changes.recovered:
        yield _("Working again:")
        yield from _accounts(changes.recovered)
    yield _("You get one mail for each such change. EMAIL_TO of Focusadmin says who gets it.")


def _accounts(changed: Iterable[Found]) -> Iterator[str]:
    yield ""
    for found in changed:
        account = found.account
        state = Account.State(account.state).label
        reported = f" ({account.error_status})" if account.error_status else ""
        who = f"{account} ({provider_label(account.provider)})"
        where = _("in %(workspace)s, through %(key)s") % {
            "workspace": get_text_list([str(row) for row in found.workspaces], _("and")),
            "key": focus_words.name(account.source.key),
        }
        yield operating.line(f"* {who} {where}: {state}{reported}")
        yield f"  {_address(account)}"
    yield ""


def _name(found: Found) -> str:
    return operating.line(str(found.account))


def _address(account: Account) -> str:
    number = account.source.workspace.workspace_id
    return f"{settings.PUBLIC_URL}{reverse('account', args=[number, account.pk])}"
