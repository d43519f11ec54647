"""The owner decides who may use their key, and until when."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from focusadmin.identity.models import User
from focusadmin.identity.roles import Role
from integrations.models import Key
from integrations.services import keys
from tests.browsing import read, send


def test_it_starts_with_what_holds_now(client: Client, own: Key) -> None:
    form = read(client.get("/me/choices/")).form(button="Save")

    assert form.values["visibility"] == "health"
    assert form.offered["visibility"] == ["private", "health", "act"]
    assert form.values["expires_on"] == ""


def test_it_keeps_what_was_chosen_and_it_holds_at_once(client: Client, own: Key) -> None:
    ed = User.objects.create_local(email="ed@example.com", name="Ed", password=None)
    day = timezone.localdate() + timedelta(days=3)
    allowed = {}

    for choice in ("private", "health", "act"):
        page = client.get("/me/choices/")
        sent = send(client, page, button="Save", visibility=choice, expires_on=day)
        assert (sent.status_code, sent["Location"]) == (302, "/me/")
        allowed[choice] = (
            own in keys.visible_to(ed, Role.MANAGER),
            own in keys.usable_by(ed, Role.MANAGER),
            own in keys.visible_to(ed, Role.EDITOR),
        )

    assert allowed == {
        "private": (False, False, False),
        "health": (True, False, False),
        "act": (True, True, False),
    }
    own.refresh_from_db()
    assert own.expires_on == day
    assert (own.generation, own.proven_generation) == (1, 1)


def test_a_day_that_is_over_is_refused_but_may_stay(client: Client, own: Key) -> None:
    over = timezone.localdate() - timedelta(days=2)
    page = send(client, client.get("/me/choices/"), button="Save", expires_on=over)
    assert "This day is over" in read(page).words

    Key.objects.filter(pk=own.pk).update(expires_on=over)
    page = send(client, client.get("/me/choices/"), button="Save", visibility="private")

    assert page.status_code == 302
    own.refresh_from_db()
    assert (own.visibility, own.expires_on) == ("private", over)


def test_an_empty_day_takes_the_last_one_away(client: Client, own: Key) -> None:
    Key.objects.filter(pk=own.pk).update(expires_on=timezone.localdate())

    send(client, client.get("/me/choices/"), button="Save", expires_on="")

    own.refresh_from_db()
    assert own.expires_on is None


def test_without_a_key_there_is_nothing_to_choose(client: Client) -> None:
    assert client.get("/me/choices/")["Location"] == "/me/"
