"""Mia with a key of her own: Bo's, as Focus knows him."""

import pytest
from django.test import Client

from focusadmin.identity.models import User
from integrations.models import Key
from tests.teamwork import BO
from tests.views.me.entering import enter


@pytest.fixture
def own(client: Client, manager: User) -> Key:
    """Mia's own key, entered through the page."""
    assert enter(client, secret=BO).status_code == 302
    client.get("/me/")  # the message of success is for this page
    return Key.objects.get(owner=manager)
