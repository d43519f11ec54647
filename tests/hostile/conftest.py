"""A scene in front of a bad upstream, and a trap for whoever is led astray."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.test import Client

from focusadmin.outbound import Outbound
from integrations.focus import BearerKey, FocusClient, Scope
from integrations.models import Account, Source
from integrations.sandbox import Sandbox
from integrations.services.actors import Actor
from tests.hostile.certificates import AUTHORITY
from tests.hostile.judging import DEADLINE, Judge
from tests.hostile.operations import Scene
from tests.hostile.upstream import Upstream
from tests.outbound.rawserver import RawServer
from tests.teamwork import keys_of_many

Make = Callable[..., FocusClient]
MakeTeam = Callable[[int], list[Source]]


@pytest.fixture
def upstream(sandbox: Sandbox, settings: LazySettings) -> Iterator[Upstream]:
    """Focus on its worst day, before the seeded sandbox."""
    server = Upstream(sandbox)
    settings.FOCUS_CA_BUNDLE = AUTHORITY
    settings.FOCUS_API_URL = server.url
    yield server
    server.close()


@pytest.fixture
def trap() -> Iterator[RawServer]:
    """Another server on this machine, that nobody may ask."""
    server = RawServer()
    yield server
    server.close()


@pytest.fixture
def scene(client: Client, accounts: dict[str, Account], source: Source, actor: Actor) -> Scene:
    """Mia's browser, and an account with calendars that was just read."""
    account = accounts["studio@example.com"]
    account.source = source
    calendars = list(account.calendars.filter(gone_at=None).order_by("pk")[:3])
    for calendar in calendars:
        calendar.account = account
    return Scene(client, source, account, calendars, actor)


@pytest.fixture
def judge(
    scene: Scene,
    upstream: Upstream,
    trap: RawServer,
    sandbox: Sandbox,
    settings: LazySettings,
) -> Judge:
    """Whoever looks at what comes of it, with a second for everything."""
    settings.FOCUS_PAGE_DEADLINE = settings.FOCUS_WRITE_DEADLINE = DEADLINE
    return Judge(scene, upstream, trap, sandbox)


@pytest.fixture
def make(upstream: Upstream, sandbox: Sandbox) -> Make:
    """Makes a client of the upstream, over TLS."""

    def client(deadline: float = 10.0) -> FocusClient:
        return FocusClient(
            upstream.tls_url,
            BearerKey(sandbox.shared_key),
            Outbound(ca_bundle=AUTHORITY),
            scope=Scope(4400001, 5500001),
            consent_origins=frozenset({sandbox.provider_url}),
            deadline=deadline,
            write_deadline=deadline,
        )

    return client


@pytest.fixture
def make_team(source: Source) -> MakeTeam:
    """Makes people with keys of their own that Focus does not know, beside the shared key."""

    return lambda size: [source, *keys_of_many(source, size - 1)]
