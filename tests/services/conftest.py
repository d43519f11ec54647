"""What tests of the services share: a clock, and a batch that is about to be carried out."""

import pytest

from focusadmin.identity.models import User
from integrations.models import Account, Batch, Calendar, Source
from integrations.services.actors import Actor
from tests.bulk import begin_all
from tests.clocks import clock

__all__ = ["clock"]

#: What the batch wishes for, and for how many calendars.
WISH = {"background_color": "#123456"}
MANY = 12


@pytest.fixture
def batch(accounts: dict[str, Account], source: Source, manager: User, actor: Actor) -> Batch:
    """A dozen calendars of the shared key, about to be recoloured by Mia."""
    return begin_all(source, by=actor, most=MANY, **WISH)


@pytest.fixture
def studio(accounts: dict[str, Account]) -> Account:
    """An account with seven calendars."""
    return accounts["studio@example.com"]


@pytest.fixture
def room(studio: Account) -> Calendar:
    """One of them."""
    return studio.calendars.get(name="Equipment")
