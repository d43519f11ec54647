"""Marks tests by what they use, and sets how many examples a property gets.

Loaded by ``tests/conftest.py``: ``pytest_plugins = ["tests.support.plugin"]``.
"""

import os
from types import SimpleNamespace
from zlib import crc32

import hypothesis
import pytest

DATABASE = {"db", "transactional_db"}
PROVE = os.environ.get("PROVE") == "1"
NO_PARAMETERS = SimpleNamespace(params={})

hypothesis.settings.register_profile("quick", max_examples=30, deadline=None)
hypothesis.settings.register_profile("prove", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("prove" if PROVE else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests, and as ``data`` every other one that touches the database.

    By default a browser test runs once, with scripts; those marked ``plain`` without them as well.
    The test client, which has none, sends every form of the product elsewhere. A contract test runs
    over one of the four wires.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in item.path.parts:
            item.add_marker("browser")
        elif DATABASE & fixtures or item.get_closest_marker("django_db"):
            item.add_marker("data")
    if not PROVE:
        left_out = _repeated([item for item in items if item.get_closest_marker("browser")])
        left_out += _other_wires([item for item in items if "contract" in item.path.parts])
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _other_wires(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return all but one of the contract tests that differ in the wire alone: dialect and scope.

    Which one stays goes by the test's name, so that the tests together run over every wire.
    """
    alike: dict[str, list[pytest.Item]] = {}
    for item in items:
        params = dict(getattr(item, "callspec", NO_PARAMETERS).params)
        wire = [params.pop(name, None) for name in ("box", "scope")]
        if all(wire):
            what = f"{getattr(item, 'originalname', item.name)} {params}"
            alike.setdefault(what, []).append(item)
    kept = {group[crc32(what.encode()) % len(group)] for what, group in alike.items()}
    return [item for group in alike.values() for item in group if item not in kept]


def _repeated(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the browser tests that differ from an earlier one in their parameters alone."""
    met, found = set(), []
    for item in items:
        without = "no-script" in item.name
        kind = (item.path, getattr(item, "originalname", item.name), without)
        if kind in met or (without and not item.get_closest_marker("plain")):
            found.append(item)
        met.add(kind)
    return found
