"""Asking for the rules at once."""

from collections.abc import Callable

from django.test import Client

from integrations.models import Rule
from tests.browsing import read
from tests.views.addresses import at

Asked = Callable[[], list[str]]


def test_check_now_asks_at_once_but_not_twice_in_ten_seconds(
    client: Client, rules: dict[str, Rule], asked: Asked
) -> None:
    told = [read(client.post(at("rules-check"), follow=True)).words for _time in range(2)]

    assert asked() == ["list_mappings"]
    assert "Checked with Focus just now." in told[0]
    assert "asked again when ten seconds have passed" in told[1]
