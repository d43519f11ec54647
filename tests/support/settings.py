"""The product's settings for tests and for tools that have to load them."""

from tests.support import environment

environment.use(environment.TESTS)

from focusadmin.settings import *  # noqa: E402, F403  # reads the environment made above
