"""Lists of accounts with anything wrong in them: every page that looks is a page."""

from collections.abc import Iterator
from random import Random

import pytest
from django.test import Client

from integrations.models import Account, Calendar
from tests.hostile import feeding
from tests.hostile.conftest import MakeTeam
from tests.hostile.mutating import ACCOUNTS, answers
from tests.views.addresses import at, of

#: Keys whose lists are asked for side by side, by one page: each is fed another answer.
TEAM = 25
#: The pages that show one row each, of a few rows of what a team's answers have brought.
FEW = 1


def details(chance: Random) -> Iterator[str]:
    """Yield the pages of a few rows that are there now."""
    accounts = list(Account.objects.order_by("pk"))
    for account in chance.sample(accounts, min(FEW, len(accounts))):
        yield of("account", account)
        yield of("account-reconnect", account)
    calendars = list(Calendar.objects.select_related("account").order_by("pk"))
    for calendar in chance.sample(calendars, min(FEW, len(calendars))):
        yield of("calendar-edit", calendar)


@pytest.mark.few(1)
@pytest.mark.parametrize("part", range(feeding.PARTS))
def test_any_list_is_shown_or_told(client: Client, make_team: MakeTeam, part: int) -> None:
    make_team(TEAM)
    feeder = feeding.Feeder("list_accounts")
    seeds = feeding.seeds(part)

    for some in feeding.chunks(seeds, TEAM):
        feeder.food = list(answers(ACCOUNTS, some))
        with feeding.undone(some):
            feeding.age()
            feeding.look_at(client, at("accounts"))
            feeding.look_at(client, at("calendars"))
            for address in details(Random(some[0])):
                feeding.look_at(client, address)

    feeder.close()
    assert feeder.eaten == len(seeds)
