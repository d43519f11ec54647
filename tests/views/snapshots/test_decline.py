"""Declining kept settings: they are offered no more, and stay within reach."""

from collections.abc import Callable

from django.test import Client

from integrations.models import Account, Snapshot
from tests.browsing import read, send
from tests.views import walking
from tests.views.addresses import of
from tests.views.snapshots.again import EMAIL, connect_again

Accounts = dict[str, Account]


def test_they_are_offered_no_more_and_stay_listed(
    client: Client, accounts: Accounts, asked: Callable[[], list[str]]
) -> None:
    landed, again = connect_again(client, accounts[EMAIL])
    page = client.get(of("account", again))
    asked()

    answer = walking.follow(client, send(client, page, button="No, thanks"))

    told = read(answer)
    assert landed.form(button="No, thanks")
    assert "Not offered any more." in told.words
    assert "Preview re-applying" not in told.words
    assert "Before disconnecting" in told.words
    assert told.form(button="Preview restoring")
    assert Snapshot.objects.get().answered_at is not None
    assert asked() == []
