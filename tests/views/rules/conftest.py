"""Alex' rules, as Mia sees them through the shared key."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integrations.models import Rule
from integrations.sandbox import Sandbox
from tests.views.addresses import at

Asked = Callable[[], list[str]]


@pytest.fixture
def rules(client: Client, asked: Asked) -> dict[str, Rule]:
    """The rules by their titles, just read; what that cost is forgotten."""
    client.get(at("rules"))
    asked()
    return {rule.title: rule for rule in Rule.objects.all()}


@pytest.fixture
def theirs(sandbox: Sandbox) -> Callable[[], dict[str, dict[str, Any]]]:
    """What Focus has, by title."""

    def now() -> dict[str, dict[str, Any]]:
        owner = sandbox.world.owner(sandbox.shared_key)
        return {rule["title"]: rule for rule in owner.rules}

    return now
