"""Bringing back a line that was put aside."""

from django.test import Client

from integrations.models import Account, Dismissal
from tests.browsing import read, send
from tests.views.addresses import at
from tests.views.overview.test_dismiss import BROKEN, dismissed
from tests.views.overview.test_index import calm, groups

__all__ = ["calm", "dismissed"]


def test_it_is_on_the_overview_again(client: Client, dismissed: None) -> None:
    answer = send(client, client.get(at("overview-dismissed")), "/show-again/")

    words = read(client.get(answer["Location"])).words
    assert "Shown on the overview again." in words
    assert [line.title for line in groups(client)["account"]] == [BROKEN]
    assert not Dismissal.objects.exists()


def test_what_has_changed_meanwhile_is_there_anyway(client: Client, dismissed: None) -> None:
    page = client.get(at("overview-dismissed"))
    Account.objects.filter(email=BROKEN).update(error_status="something_else")

    answer = send(client, page, "/show-again/")

    assert "shown again anyway" in read(client.get(answer["Location"])).words
    assert [line.title for line in groups(client)["account"]] == [BROKEN]
