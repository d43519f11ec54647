"""What a refresh has recoloured refused: a draft that writes the earlier colours back."""

from collections.abc import Iterable

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Draft
from integrations.services import drafts
from integrations.services.recolouring import Waiting


def draft(account: Account, chosen: Iterable[Waiting], *, person: User) -> Draft:
    """Draft that calendars of an account get their earlier colours back.

    Those that somebody gives others meanwhile are left out.
    """
    chosen = list(chosen)
    return drafts.wish(
        person,
        account.source.workspace,
        Batch.Kind.KEEP,
        {entry.calendar.pk: entry.recolouring.before for entry in chosen},
        expects={entry.calendar.pk: entry.recolouring.after for entry in chosen},
        back=f"account={account.pk}",
    )
