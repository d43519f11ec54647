"""Marks tests by what they use, and chooses those of a quick run; with PROVE=1 every one is run.

Loaded by ``tests/conftest.py``: ``pytest_plugins = ["tests.support.plugin"]``.
"""

import os
import sys
from collections.abc import Callable, Hashable, Iterable
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

DATABASE = {"db", "transactional_db"}
PROVE = os.environ.get("PROVE") == "1"
LONG = ["proof", "browser", "commands", "check", "deploy", "contract"]
if PROVE:
    LONG.insert(0, "hostile")
NO_PARAMETERS = SimpleNamespace(params={})

hypothesis.settings.register_profile("quick", max_examples=12, deadline=None)
hypothesis.settings.register_profile("prove", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("prove" if PROVE else "quick")

Items = list[pytest.Item]


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    """Has one process run the tests of a file, for what they start; of the browser's, a few.

    With the full counts each of the hostile ones takes minutes, and is for whoever is free.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::")[0]
        if PROVE and "/hostile/" in file:
            return nodeid
        if "/browser/" not in file:
            return file
        whole, groups = (nodeid, 8) if PROVE else (file, 2)
        return f"browser {crc32(whole.encode()) % groups}"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Say who runs what where several processes run tests, in the order of the collection."""
    config.option.loadscopereorder = False
    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: Items) -> None:
    """Mark browser tests, as ``data`` every other one that touches the database, and of those as
    ``commits`` what is not rolled back.

    What a quick run leaves out is counted as deselected in the last line of pytest.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in item.path.parts:
            item.add_marker("browser")
        elif DATABASE & fixtures or item.get_closest_marker("django_db"):
            item.add_marker("data")
            if _commits(item):
                item.add_marker("commits")
    items.sort(key=_rank)
    if not PROVE:
        left_out = {item for item in items if item.get_closest_marker("thorough")}
        left_out |= _beside_walks([item for item in items if item.get_closest_marker("browser")])
        left_out |= _other_wires([item for item in items if "contract" in item.path.parts])
        left_out |= _beyond(items, lambda item: (item.path, _class(item), _name(item)), _few)
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def _rank(item: pytest.Item) -> int:
    """Return where a test's folder stands among those that take long: none is left for last."""
    return next((n for n, name in enumerate(LONG) if name in item.path.parts), len(LONG))


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    given = bool(marker and marker.kwargs.get("transaction"))
    return given or "transactional_db" in getattr(item, "fixturenames", ())


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


def _few(item: pytest.Item) -> int:
    """Return how many sets of a test's parameters a quick run takes; one where rows are written."""
    marker = item.get_closest_marker("few")
    if marker is not None:
        return int(marker.args[0])
    return 1 if item.get_closest_marker("data") else sys.maxsize


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


def _class(item: pytest.Item) -> object:
    return getattr(item, "cls", None)


def _name(item: pytest.Item) -> str:
    """Return a test's name without its parameters."""
    return str(getattr(item, "originalname", item.name))
