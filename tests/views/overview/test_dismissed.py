"""What was put aside of the overview."""

from django.test import Client

from tests.browsing import read, send
from tests.views.addresses import at
from tests.views.overview.test_dismiss import BROKEN, Accounts, dismissed
from tests.views.overview.test_index import calm

__all__ = ["calm", "dismissed"]


def test_it_says_who_dismissed_it_and_when(client: Client, dismissed: None) -> None:
    words = read(client.get(at("overview-dismissed"))).words

    assert BROKEN in words
    assert "Dismissed by Mia Manager just now" in words


def test_a_viewer_sees_it_without_a_button(viewer_client: Client, dismissed: None) -> None:
    page = read(viewer_client.get(at("overview-dismissed")))

    assert BROKEN in page.words
    assert "Show again" not in page.words


def test_it_says_when_there_is_nothing(client: Client, accounts: Accounts) -> None:
    assert "Nothing is dismissed" in read(client.get(at("overview-dismissed"))).words


def test_a_get_changes_nothing(client: Client, dismissed: None) -> None:
    client.get(at("overview-dismissed"))

    assert "is dismissed" in read(client.get(at("overview"))).words


def test_it_leads_back(client: Client, dismissed: None) -> None:
    answer = send(client, client.get(at("overview-dismissed")), "/show-again/")

    assert answer["Location"] == at("overview-dismissed")
