"""The product's settings behind the browser tests: they cannot be as patient as people are."""

from focusadmin.settings import *  # noqa: F403  # every setting but two stays the product's own

FOCUS_PAGE_DEADLINE = 2.0
FOCUS_WRITE_DEADLINE = 1.0
