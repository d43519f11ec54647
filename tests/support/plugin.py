"""Marks tests by what they use, and sets how many examples a property gets.

Loaded by ``tests/conftest.py``: ``pytest_plugins = ["tests.support.plugin"]``.
"""

import os

import hypothesis
import pytest

DATABASE = {"db", "transactional_db"}
PROVE = os.environ.get("PROVE") == "1"

hypothesis.settings.register_profile("quick", max_examples=30, deadline=None)
hypothesis.settings.register_profile("prove", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("prove" if PROVE else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests, and as ``data`` every other one that touches the database.

    By default a browser test runs once, with scripts; those marked ``plain`` without them as well.
    The test client, which has none, sends every form of the product elsewhere.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in item.path.parts:
            item.add_marker("browser")
        elif DATABASE & fixtures or item.get_closest_marker("django_db"):
            item.add_marker("data")
    if not PROVE:
        left_out = _repeated([item for item in items if item.get_closest_marker("browser")])
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


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
