"""Shutting a person out."""

from django.test import Client

from focusadmin.identity.models import User
from tests.browsing import read, send
from tests.seen import person


def test_it_disables_and_says_so(client: Client) -> None:
    bo = person("Bo", role="viewer")
    theirs = Client()
    theirs.force_login(bo)
    assert theirs.get("/password/").status_code == 200

    page = client.get(f"/people/{bo.pk}/")
    response = client.get(send(client, page, "/disable/")["Location"])

    words = read(response).words
    assert "Bo may not sign in any more." in words
    assert "Enable Bo" in words
    assert theirs.get("/password/").status_code == 302


def test_nobody_disables_themselves(client: Client, manager: User) -> None:
    response = client.post(f"/people/{manager.pk}/disable/", follow=True)

    assert "You cannot do this to yourself." in read(response).words
    assert User.objects.get(pk=manager.pk).is_active
