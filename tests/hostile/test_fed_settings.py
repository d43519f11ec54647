"""Checking a key while Focus answers anything at all."""

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.focus import BadResponseError
from integrations.models import Key
from integrations.services import people_keys
from integrations.services.people_keys import Choices
from integrations.services.vault import Secret
from tests.hostile import feeding
from tests.hostile.mutating import SETTINGS, answers
from tests.teamwork import BO

TOGETHER = 20
TYPED = {"secret": BO, "visibility": Key.Visibility.HEALTH}


def draw(client: Client) -> bool:
    """Enter a key as a person does; says whether it was taken."""
    answer = client.post("/me/key/", TYPED)
    assert answer.status_code in (200, 302), answer.status_code
    return bool(answer.status_code == 302)


def put(person: User) -> bool:
    """Enter a key as the page has it done."""
    try:
        people_keys.put(person, Secret(BO), Choices())
    except BadResponseError:
        return False
    return True


@pytest.mark.few(1)
@pytest.mark.parametrize("part", range(feeding.PARTS))
def test_any_settings_are_believed_or_told(client: Client, manager: User, part: int) -> None:
    feeder, seeds = feeding.Feeder("settings"), feeding.seeds(part)
    taken = 0

    for some in feeding.chunks(seeds, TOGETHER):
        with feeding.undone(some):
            for number, feeder.food in enumerate([body] for body in answers(SETTINGS, some)):
                feeding.forget()
                was_taken = put(manager) if number % feeding.DRAWN else draw(client)
                assert Key.objects.filter(owner=manager).exists() == was_taken
                Key.objects.filter(owner=manager).delete()
                taken += was_taken

    feeder.close()
    assert feeder.eaten == len(seeds)
    assert 0 < taken < len(seeds)
