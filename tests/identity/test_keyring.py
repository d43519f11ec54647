"""Keys: a rotation refuses nobody, an outage locks nobody out, a flood costs one fetch."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from focusadmin.identity import assertion
from focusadmin.identity.errors import SignInError
from focusadmin.identity.key_files import FileKeys
from focusadmin.identity.keyring import (
    MAX_AGE,
    MAX_BYTES,
    MAX_SLOTS,
    RETRY_AFTER,
    UNKNOWN_PAUSE,
    FetchedKeys,
    keys_of,
    over,
)
from focusadmin.outbound import Outbound
from tests.identity.key_server import KeyServer, serving
from tests.identity.signing import draft, environ, jwk, jwks, key, pem
from tests.identity.test_assertion import proxy


class Clock:
    """Seconds that pass when the test says so."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """A server that publishes the key ``a``."""
    with serving() as server:
        publish(server, "a")
        yield server


@pytest.fixture
def ring(server: KeyServer, clock: Clock) -> FetchedKeys:
    """The keys of the server."""
    outbound = Outbound(max_bytes=MAX_BYTES)
    return FetchedKeys(f"{server.url}/jwks", ("ES256",), over(outbound), clock)


def publish(server: KeyServer, *kids: str) -> None:
    """Let the server publish these keys alone."""
    server.documents["/jwks"] = jwks(*(jwk(key("P-256"), kid) for kid in kids))


def is_known(ring: FetchedKeys, kid: str | None) -> bool:
    try:
        return [found.kid for found in ring.find(kid, "ES256")] == [kid]
    except SignInError as error:
        assert error.reason in {"unknown-key", "keys-unavailable"}
        return False


def test_a_known_key_is_fetched_once(ring: FetchedKeys, server: KeyServer) -> None:
    assert all(is_known(ring, "a") for _ in range(100))
    assert server.asked == ["/jwks"]


def test_a_rotation_refuses_nobody(ring: FetchedKeys, server: KeyServer, clock: Clock) -> None:
    refused = []
    for number in range(20):
        kids = [f"key-{number}", f"key-{number + 1}"]
        publish(server, *kids)
        refused += [kid for kid in kids if not is_known(ring, kid)]
        clock.now += 1

    assert refused == []
    assert len(server.asked) <= 21


def test_a_flood_of_unknown_keys_costs_one_fetch_in_30_seconds(
    ring: FetchedKeys, server: KeyServer, clock: Clock
) -> None:
    assert is_known(ring, "a")
    begun, asked = clock.now, []
    for number in range(2000):
        before = len(server.asked)
        assert not is_known(ring, f"forged-{number}")
        assert is_known(ring, "a")
        asked += [clock.now] * (len(server.asked) - before)
        clock.now += 0.5

    pauses = [later - earlier for earlier, later in zip(asked, asked[1:], strict=False)]
    assert min(pauses) >= UNKNOWN_PAUSE
    assert len(asked) == (clock.now - begun) // UNKNOWN_PAUSE + 1


def test_a_flood_at_the_start_costs_one_fetch(ring: FetchedKeys, server: KeyServer) -> None:
    assert not any(is_known(ring, f"forged-{number}") for number in range(100))
    assert len(server.asked) == 1
    assert is_known(ring, "a")


def test_after_a_flood_a_new_key_is_found_within_30_seconds(
    ring: FetchedKeys, server: KeyServer, clock: Clock
) -> None:
    assert is_known(ring, "a")
    assert not is_known(ring, "forged")
    publish(server, "a", "b")
    clock.now += UNKNOWN_PAUSE

    assert is_known(ring, "b")


@pytest.mark.few(5)
@pytest.mark.parametrize(
    ("status", "document"),
    [
        (500, b"{}"),
        (404, b"{}"),
        (302, b"{}"),
        (204, b""),
        (200, b""),
        (200, b"<html>Sign in to the wireless network</html>"),
        (200, b'{"keys": []}'),
        (200, b'{"keys": {}}'),
        (200, b'{"keys": [1, null, "x", {}]}'),
        (200, b"[]"),
        (200, b"[" * 100_000),
        (200, b"\xff\xfe"),
        (200, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
        (200, jwks(jwk(key("P-256"), "a"), *[{"x": "y" * 1000}] * 600)),
        (200, jwks(jwk(key("RSA"), "a"))),
    ],
)
def test_an_outage_locks_nobody_out(
    ring: FetchedKeys, server: KeyServer, clock: Clock, status: int, document: bytes
) -> None:
    assert is_known(ring, "a")
    server.status, server.documents["/jwks"] = status, document
    for _ in range(48):
        clock.now += MAX_AGE / 2
        assert is_known(ring, "a")
        assert not is_known(ring, "b")

    server.status = 200
    publish(server, "b")
    clock.now += MAX_AGE
    assert is_known(ring, "b")


def test_a_server_that_is_gone_locks_nobody_out(clock: Clock) -> None:
    with serving() as server:
        publish(server, "a")
        outbound = Outbound(max_bytes=MAX_BYTES)
        ring = FetchedKeys(f"{server.url}/jwks", ("ES256",), over(outbound), clock)
        assert is_known(ring, "a")
    clock.now += MAX_AGE

    assert is_known(ring, "a")
    assert not is_known(ring, "b")


def test_a_server_that_never_came_is_said(clock: Clock) -> None:
    ring = FetchedKeys("http://127.0.0.1:9/jwks", ("ES256",), over(Outbound()), clock)

    with pytest.raises(SignInError, match="keys-unavailable"):
        ring.find("a", "ES256")


def test_a_revoked_key_goes_within_the_hour(
    ring: FetchedKeys, server: KeyServer, clock: Clock
) -> None:
    assert is_known(ring, "a")
    publish(server, "b")
    clock.now += MAX_AGE - 1
    assert is_known(ring, "a")
    clock.now += 1

    assert not is_known(ring, "a")
    assert is_known(ring, "b")


def test_old_keys_are_asked_for_again_with_pauses(
    ring: FetchedKeys, server: KeyServer, clock: Clock
) -> None:
    assert is_known(ring, "a")
    server.status = 503
    clock.now += MAX_AGE
    for _ in range(100):
        assert is_known(ring, "a")
        clock.now += RETRY_AFTER / 50

    assert len(server.asked) == 1 + 2


def within(seconds: float, work: Callable[[], bool]) -> bool:
    """Return what ``work`` says in a thread of its own; False when it takes longer."""
    said: list[bool] = []
    thread = threading.Thread(target=lambda: said.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    return said == [True]


def test_fifty_threads_make_one_fetch(ring: FetchedKeys, server: KeyServer) -> None:
    with ThreadPoolExecutor(50) as threads:
        found = list(threads.map(lambda _: is_known(ring, "a"), range(200)))
        assert all(found)
        assert len(server.asked) == 1
        publish(server, "a", "b")
        found = list(threads.map(lambda turn: is_known(ring, "ab"[turn % 2]), range(200)))
        assert all(found)
        assert len(server.asked) == 2
        flood = list(threads.map(lambda turn: is_known(ring, f"forged-{turn}"), range(200)))

    assert not any(flood)
    assert len(server.asked) == 3


@pytest.mark.parametrize("aged", [False, True])
def test_nobody_with_a_known_key_waits_for_a_fetch(
    ring: FetchedKeys, server: KeyServer, clock: Clock, aged: bool
) -> None:
    assert is_known(ring, "a")
    clock.now += MAX_AGE * aged
    server.open.clear()
    asking = threading.Thread(target=is_known, args=(ring, "a" if aged else "forged"))
    asking.start()
    while len(server.asked) < 2:
        assert asking.is_alive()

    with ThreadPoolExecutor(50) as threads:
        waited = list(threads.map(lambda _: within(1, lambda: is_known(ring, "a")), range(50)))
    still_asking = asking.is_alive()
    server.open.set()
    asking.join()

    assert all(waited)
    assert still_asking


def test_a_token_without_a_key_id_makes_nobody_ask(ring: FetchedKeys, server: KeyServer) -> None:
    assert not is_known(ring, None)
    assert server.asked == []


def test_a_key_must_fit_the_algorithm(ring: FetchedKeys) -> None:
    with pytest.raises(SignInError, match="algorithm"):
        ring.find("a", "RS256")


@pytest.fixture
def each(server: KeyServer, clock: Clock) -> FetchedKeys:
    """Keys with an address for each, as AWS has them."""
    server.documents = {f"/{kid}": pem(key("P-256")) for kid in ("a", "b", "c-1_2")}
    return FetchedKeys(server.url + "/{kid}", ("ES256",), over(Outbound()), clock)


def test_each_key_may_have_its_own_address(each: FetchedKeys, server: KeyServer) -> None:
    for kid in ("a", "b", "c-1_2") * 3:
        assert is_known(each, kid)

    assert server.asked == ["/a", "/b", "/c-1_2"]


@pytest.mark.parametrize(
    "kid", ["../a", "a/../a", "a?x", "a#", "%61", "a\r\nHost: x", "", "ａ", "a" * 101, "{kid}", "."]
)
def test_an_id_that_is_no_name_is_never_part_of_an_address(
    each: FetchedKeys, server: KeyServer, kid: str
) -> None:
    assert not is_known(each, kid)
    assert server.asked == []
    assert is_known(each, "a")


def test_a_flood_of_ids_costs_one_fetch_there_too(
    each: FetchedKeys, server: KeyServer, clock: Clock
) -> None:
    assert is_known(each, "a")
    assert not any(is_known(each, f"forged-{number}") for number in range(100))
    assert len(server.asked) == 2
    clock.now += UNKNOWN_PAUSE

    assert is_known(each, "b")


def test_an_outage_keeps_single_keys_as_well(
    each: FetchedKeys, server: KeyServer, clock: Clock
) -> None:
    assert is_known(each, "a")
    assert is_known(each, "b")
    server.status = 500
    clock.now += MAX_AGE * 5

    assert is_known(each, "a")
    assert is_known(each, "b")


def test_other_customers_real_keys_cannot_make_it_ask_without_end(
    each: FetchedKeys, server: KeyServer
) -> None:
    names = [f"real-{number}" for number in range(MAX_SLOTS * 3)]
    server.documents = {f"/{name}": pem(key("P-256")) for name in names}

    for name in names:
        is_known(each, name)

    assert len(server.asked) == MAX_SLOTS


def test_a_key_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(jwks(jwk(key("P-256"), "a")))
    ring = FileKeys(str(path), ("ES256",))
    assert [found.kid for found in ring.find("a", "ES256")] == ["a"]

    path.write_bytes(jwks(jwk(key("P-256"), "bb")))

    assert [found.kid for found in ring.find("bb", "ES256")] == ["bb"]
    with pytest.raises(SignInError, match="unknown-key"):
        ring.find("a", "ES256")


def test_a_key_file_that_goes_bad_keeps_its_last_good_keys(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(jwks(jwk(key("P-256"), "a")))
    ring = FileKeys(str(path), ("ES256",))
    ring.find("a", "ES256")

    path.write_bytes(b'{"keys": [')
    assert ring.find("a", "ES256")
    os.unlink(path)
    assert ring.find("a", "ES256")
    assert ring.find("a", "ES256")

    assert len(caplog.records) == 2
    path.write_bytes(jwks(jwk(key("P-256", 1), "b")))
    assert ring.find("b", "ES256")


def test_a_key_file_that_was_never_good_is_said(tmp_path: Path) -> None:
    with pytest.raises(SignInError, match="keys-unavailable"):
        FileKeys(str(tmp_path / "none"), ("ES256",)).find("a", "ES256")


def test_a_process_has_one_ring_for_a_proxy(tmp_path: Path, server: KeyServer) -> None:
    config = proxy(tmp_path / "k", "ES256", keys=f"{server.url}/jwks")

    for _ in range(5):
        assert assertion.verify(config, environ(config, draft(config).text()))

    assert keys_of(config) is keys_of(config)
    assert len(server.asked) == 1
