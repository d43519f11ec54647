"""Letting a person in again."""

from django.test import Client

from focusadmin.identity.models import User
from tests.browsing import read, send
from tests.seen import person


def test_it_enables_and_says_so(client: Client) -> None:
    bo = person("Bo", is_active=False)

    page = client.get(f"/people/{bo.pk}/")
    response = client.get(send(client, page, "/enable/")["Location"])

    words = read(response).words
    assert "Bo may sign in again." in words
    assert "Disable Bo" in words
    assert User.objects.get(pk=bo.pk).is_active
