"""An address that is disconnected and connected again, and what Focus then has of it."""

from typing import Any

from django.test import Client

from integrations.models import Account
from integrations.sandbox import Sandbox
from integrations.services.rows import EDITABLE
from tests.browsing import Page, send
from tests.consenting import consent
from tests.views.addresses import of
from tests.views.connect.trips import come_back, leave, way_out

EMAIL = "studio@example.com"


def theirs(sandbox: Sandbox, email: str = EMAIL) -> dict[str, dict[str, Any]]:
    """Return what Focus has of calendars, by the id at the provider; 0 and off are none."""
    found = sandbox.world.accounts(sandbox.shared_key)
    calendars = next(account for account in found if account["email"] == email)["calendars"]
    return {row["external_id"]: {name: row[name] or None for name in EDITABLE} for row in calendars}


def connect_again(client: Client, account: Account) -> tuple[Page, Account]:
    """Disconnect an account and connect its address again; returns the page at the end of it."""
    send(client, client.get(of("account-disconnect", account)), button="Disconnect")
    left = leave(client, provider=account.provider)
    back = consent(way_out(left), identity=account.email)
    assert back is not None
    return come_back(client, back), Account.objects.get(email=account.email, gone_at=None)
