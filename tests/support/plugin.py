"""Marks tests by what they use, and chooses those of a quick run; with PROVE=1 every one is run.

Loaded by ``tests/conftest.py``: ``pytest_plugins = ["tests.support.plugin"]``.
"""

import os
from collections.abc import Callable, Hashable, Iterable
from types import SimpleNamespace
from zlib import crc32

import hypothesis
import pytest

DATABASE = {"db", "transactional_db"}
PROVE = os.environ.get("PROVE") == "1"
NO_PARAMETERS = SimpleNamespace(params={})

hypothesis.settings.register_profile("quick", max_examples=20, deadline=None)
hypothesis.settings.register_profile("prove", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("prove" if PROVE else "quick")

Items = list[pytest.Item]


def pytest_collection_modifyitems(config: pytest.Config, items: Items) -> None:
    """Mark browser tests, and as ``data`` every other one that touches the database.

    What a quick run leaves out is counted as deselected in the last line of pytest.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in item.path.parts:
            item.add_marker("browser")
        elif DATABASE & fixtures or item.get_closest_marker("django_db"):
            item.add_marker("data")
    if not PROVE:
        left_out = {item for item in items if item.get_closest_marker("thorough")}
        left_out |= _beside_walks([item for item in items if item.get_closest_marker("browser")])
        left_out |= _other_wires([item for item in items if "contract" in item.path.parts])
        left_out |= _more([item for item in items if item.get_closest_marker("few")])
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def _beside_walks(items: Items) -> set[pytest.Item]:
    """Return the browser tests of a full run: all that are no ``walk``, and walks done otherwise.

    A walk is done once, with scripts; one marked ``plain`` without them as well. The test client,
    which has none, sends every form of the product elsewhere.
    """
    found, met = set(), set()
    for item in items:
        without = "no-script" in item.name
        is_plain = item.get_closest_marker("plain") is not None
        kind = (item.path, _name(item), without)
        is_walk = is_plain or (item.get_closest_marker("walk") is not None and not without)
        if not is_walk or kind in met:
            found.add(item)
        met.add(kind)
    return found


def _other_wires(items: Items) -> set[pytest.Item]:
    """Return all but one of the contract tests that differ in the wire alone: dialect and scope."""

    def alike(item: pytest.Item) -> Hashable:
        params = dict(getattr(item, "callspec", NO_PARAMETERS).params)
        wire = [params.pop(name, None) for name in ("box", "scope")]
        return f"{_name(item)} {params}" if all(wire) else item.nodeid

    return _beyond(items, alike, lambda _item: 1)


def _more(items: Items) -> set[pytest.Item]:
    """Return what goes beyond the ``few`` parameters of tests marked so."""
    return _beyond(items, lambda item: (item.path, _name(item)), _few)


def _few(item: pytest.Item) -> int:
    marker = item.get_closest_marker("few")
    assert marker is not None
    return int(marker.args[0])


def _beyond(
    items: Iterable[pytest.Item],
    alike: Callable[[pytest.Item], Hashable],
    most: Callable[[pytest.Item], int],
) -> set[pytest.Item]:
    """Return of tests that are alike those beyond the first few, in the order of a hash.

    So they are spread over the parameters, and the same in every run.
    """
    groups: dict[Hashable, Items] = {}
    for item in sorted(items, key=lambda item: crc32(item.nodeid.encode())):
        groups.setdefault(alike(item), []).append(item)
    return {item for group in groups.values() for item in group[most(group[0]) :]}


def _name(item: pytest.Item) -> str:
    """Return a test's name without its parameters."""
    return str(getattr(item, "originalname", item.name))
