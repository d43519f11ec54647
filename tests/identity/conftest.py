"""What the tests of identity share with those of the configuration."""

from tests.config.conftest import start

__all__ = ["start"]
