"""The product's settings at their most talkative: everything is logged, and nothing cut out of it.

Statements with their values, every connection, and Django's page of DEBUG for every error: what is
not in these is not there because nobody wrote it.
"""

from focusadmin.settings import *  # noqa: F403  # every other setting stays the product's own
from focusadmin.settings import LOGGING

DEBUG = True
LOGGING["handlers"]["stderr"]["filters"] = []
LOGGING["loggers"] = {
    name: {"level": "DEBUG"} for name in ("urllib3", "django", "requests", "gunicorn", "")
}
