"""Marks tests by what they use, and sets how many examples a property gets.

Loaded by ``tests/conftest.py``: ``pytest_plugins = ["tests.support.plugin"]``.
"""

import os

import hypothesis
import pytest

DATABASE = {"db", "transactional_db"}

hypothesis.settings.register_profile("quick", max_examples=30, deadline=None)
hypothesis.settings.register_profile("prove", max_examples=1000, deadline=None)
hypothesis.settings.load_profile("prove" if os.environ.get("PROVE") == "1" else "quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests, and as ``data`` every other one that touches the database."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "browser" in item.path.parts:
            item.add_marker("browser")
        elif DATABASE & fixtures or item.get_closest_marker("django_db"):
            item.add_marker("data")
