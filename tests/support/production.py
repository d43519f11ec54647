"""The settings of an installation behind https, for ``manage.py check --deploy``."""

from tests.support import environment

environment.use(environment.PRODUCTION)

from focusadmin.settings import *  # noqa: E402, F403  # reads the environment made above
