"""Names of projects, tasks and clients with anything wrong in them: every page is a page."""

import pytest
from django.test import Client

from integrations.models import Account, NameList, Quota, Source
from integrations.services import name_reading, outage
from integrations.services.actors import Actor
from tests.hostile import feeding
from tests.hostile.mutating import NAMES, answers
from tests.views.addresses import at

TOGETHER = 20
#: Each kind, and the operation that reads it.
KINDS = {"project": "projects", "client": "clients", "task": "tasks"}


def draw(client: Client) -> None:
    """Look names up as a person does, and see them."""
    assert client.post(at("names")).status_code == 302
    feeding.look_at(client, at("calendars"))


@pytest.mark.few(1)
@pytest.mark.parametrize("part", range(feeding.PARTS))
def test_any_names_are_shown_or_told(
    client: Client, accounts: dict[str, Account], source: Source, actor: Actor, part: int
) -> None:
    assert name_reading.look_up(source, by=actor).error is None

    for kind, operation in KINDS.items():
        feeder, seeds = feeding.Feeder(operation), feeding.seeds(part)
        told: set[str] = set()
        for some in feeding.chunks(seeds, TOGETHER):
            with feeding.undone(some):
                for number, feeder.food in enumerate([body] for body in answers(NAMES, some)):
                    outage.here.forget()
                    Quota.objects.all().delete()
                    NameList.objects.filter(kind=kind).delete()
                    if number % feeding.DRAWN:
                        error = name_reading.look_up(source, by=actor).error
                        told.add(error.code if error else "")
                    else:
                        draw(client)
        feeder.close()
        assert feeder.eaten == len(seeds)
        assert told == {"", "bad-response"}
