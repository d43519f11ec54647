from collections.abc import Callable, Iterator

import pytest
import responses

from focusadmin.outbound import Outbound
from integrations.focus import (
    BearerKey,
    Calendar,
    Credentials,
    FocusClient,
    Scope,
    decode_calendar,
)

BASE = "https://focus.example.com/api"
ORGANIZATION = f"{BASE}/organizations/5500001/workspaces/4400001"
KEY = "toggl_sk_" + "5a" * 16
ORIGINS = frozenset({"https://accounts.google.com", "http://localhost:8002"})

CONSENT = "https://accounts.google.com/o/oauth2/auth?state=secret-state"
RAW = b'{"calendar_id":9, "x":1.10,"name":"Team","y":"\\u0000"}'
CALENDARS = f"{ORGANIZATION}/integrations/calendar"

MakeClient = Callable[..., FocusClient]


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """Answers that no server of ours would give; every one registered must be asked for."""
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def make_client() -> MakeClient:
    def make(
        base: str = BASE,
        credentials: Credentials | None = None,
        scope: Scope | None = None,
        transport: Outbound | None = None,
    ) -> FocusClient:
        return FocusClient(
            base,
            credentials or BearerKey(KEY),
            transport or Outbound(),
            scope=scope or Scope(4400001, 5500001),
            consent_origins=ORIGINS,
        )

    return make


@pytest.fixture
def focus(make_client: MakeClient) -> FocusClient:
    """A client of the organization scope."""
    return make_client()


@pytest.fixture
def calendar() -> Calendar:
    found = decode_calendar(RAW, 7)
    assert isinstance(found, Calendar)
    return found
