"""Settings that were kept of an address that is connected again, and wait for an answer."""

from dataclasses import dataclass

from focusadmin.identity.models import User
from integrations.models import Account, Source, Workspace
from integrations.services import restoring, team
from integrations.services.needs import Kind, Need
from integrations.services.restoring import Offer


@dataclass(frozen=True)
class Kept:
    """An account, and what it is offered."""

    account: Account
    offer: Offer


def find(sources: list[Source], person: User, workspace: Workspace) -> list[Need]:
    """Return a need for each account that is offered kept settings; at most three queries."""
    accounts = team.accounts(sources, person)
    return [
        Need(
            Kind.KEPT,
            f"{account.integration_id}:{offer.snapshot.pk}",
            (offer.kept, offer.differing),
            Kept(account, offer),
        )
        for account, offer in restoring.offers(accounts, workspace)
    ]
