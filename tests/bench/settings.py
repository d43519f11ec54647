"""The product's settings, and Django's own admin beside it as something to be measured against."""

from pathlib import Path

import django

import focusadmin.settings
from tests.support.settings import *  # noqa: F403  # every setting but these stays the product's

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin"]  # noqa: F405
# The admin's pages are drawn without what ours have around them.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "admin",
        "DIRS": [Path(django.__file__).parent / "contrib" / "admin" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
    *TEMPLATES,  # noqa: F405
]
LOGGING = {"version": 1, "disable_existing_loggers": True}
SILENCED_SYSTEM_CHECKS = [*SILENCED_SYSTEM_CHECKS, "admin"]  # noqa: F405
# As it is served; the settings of the tests do without collected files.
STORAGES = focusadmin.settings.STORAGES
# A page that breaks ends the measurement with its traceback.
DEBUG_PROPAGATE_EXCEPTIONS = True
