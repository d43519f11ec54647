"""How many rows a page of a list has: in the address, kept by every other link of the list."""

import pytest
from django.conf import LazySettings
from django.test import Client

from integrations.models import Account
from integrations.views import listing
from tests.browsing import read
from tests.views.addresses import at

Accounts = dict[str, Account]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_sizes(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty calendars are enough for three sizes."""
    settings.PAGE_SIZE = 10
    monkeypatch.setattr(listing, "SIZES", (5, 10, 20))


def rows(client: Client, query: str = "") -> int:
    """Return how many calendars a page lists."""
    return len(client.get(at("calendars") + query).context["rows"])


def test_it_offers_sizes_as_links_that_keep_the_list_as_it_is(
    client: Client, accounts: Accounts
) -> None:
    address = at("calendars")
    page = read(client.get(f"{address}?on=yes&sort=-name&page=2"))

    assert page.links["20"] == "?on=yes&sort=-name&size=20"
    larger = read(client.get(address + page.links["20"]))
    [following] = [href for words, href in larger.links.items() if "Next page" in words]
    assert following == "?on=yes&sort=-name&size=20&page=2"
    sorts = [href for words, href in larger.links.items() if words == "Account"]
    assert sorts == ["?on=yes&sort=account&size=20"]
    [filters] = [form for form in larger.forms if "on" in form.values and form.method == "get"]
    assert filters.values["size"] == "20"
    assert rows(client, page.links["20"]) == 20
    assert rows(client, page.links["5"]) == 5


def test_it_says_which_size_is_in_force(client: Client, accounts: Accounts) -> None:
    html = client.get(at("calendars") + "?size=20").content.decode()

    assert '<a href="?size=20" aria-current="true">20</a>' in html
    assert html.count('aria-current="true">20<') == 1


@pytest.mark.parametrize("size", ["nonsense", "0", "-1", "7", "1000000", "", "20.0", "%00"])
def test_nonsense_means_the_usual_size(client: Client, accounts: Accounts, size: str) -> None:
    assert rows(client, f"?size={size}") == 10


def test_a_short_list_offers_no_sizes(client: Client, accounts: Accounts) -> None:
    words = read(client.get(at("calendars") + "?q=Room")).words

    assert "Rows on a page" not in words
    assert "Rows on a page" in read(client.get(at("calendars"))).words


@pytest.mark.parametrize("name", ["accounts", "calendars"])
def test_every_list_of_what_focus_has_takes_a_size(
    client: Client, accounts: Accounts, name: str
) -> None:
    assert len(client.get(at(name) + "?size=5").context["rows"]) == 5


@pytest.mark.parametrize("address", ["/people/", "/w/4400001/activity/"])
def test_every_other_list_does_too(client: Client, accounts: Accounts, address: str) -> None:
    page = client.get(f"{address}?size=5").context["page"]

    assert page.paginator.per_page == 5


def test_what_drops_every_filter_keeps_order_and_size(client: Client, accounts: Accounts) -> None:
    address = at("calendars")
    some = read(client.get(f"{address}?on=yes&q=a&sort=-name&size=20&page=2"))
    none = read(client.get(f"{address}?q=nothing+like+it&size=20"))

    assert some.links["Clear filters"] == "?sort=-name&size=20"
    assert none.links["Clear filters"] == "?size=20"
