"""What holds for every test, wherever it lives; the cast is in ``tests/conftest.py``."""

pytest_plugins = ["tests.support.plugin", "tests.support.canary"]
