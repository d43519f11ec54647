"""What must hold before anything is served."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register, run_checks
from django.core.checks import Tags as CheckTags
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from focusadmin.config import ConfigurationError
from focusadmin.identity import checks as identity_checks

logger = logging.getLogger(__name__)


@register()
def check_variable_names(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Report variables that begin with our prefixes and that nothing reads."""
    return [
        Warning(sentence, hint="Every variable is explained in .env.example.", id="focusadmin.W001")
        for sentence in settings.MISSPELT_VARIABLES
    ]


@register()
def check_set_up(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Say what is left of the set-up; pages are served, and lead managers to it."""
    hint = f"What is left is on {settings.PUBLIC_URL}/setup/."
    found: list[CheckMessage] = []
    if not (settings.FOCUS_API_KEY or settings.FOCUS_EMAIL):
        sentence = "There is no shared Focus key: only who adds a key of their own sees accounts."
        found.append(Warning(sentence, hint=hint, id="focusadmin.W050"))
    if not settings.FOCUS_WORKSPACES:
        sentence = "FOCUS_WORKSPACES is empty: people see the workspaces that managers add."
        found.append(Warning(sentence, hint=hint, id="focusadmin.W051"))
    return found


@register(CheckTags.security, deploy=True)
def check_public_url(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Demand https for everything but a try-out on this machine."""
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    return [Error("PUBLIC_URL is not https.", hint="Serve it behind TLS.", id="focusadmin.E001")]


@contextmanager
def usable_database() -> Iterator[None]:
    """Raise ConfigurationError, one sentence, where the database refuses what is done inside."""
    try:
        yield
    except DatabaseError as error:
        why = " ".join(str(error).split())
        raise ConfigurationError(f"DATABASE_URL: the database cannot be used: {why}") from error


def is_migrated(database: BaseDatabaseWrapper) -> bool:
    """Say whether a database has all the migrations that these files have."""
    executor = MigrationExecutor(database)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def refuse_to_start() -> None:
    """Raise ConfigurationError when an error-level check fails or the database is not ready."""
    messages = [message for message in run_checks() if not message.is_silenced()]
    for message in messages:
        logger.warning("%s", message)
    errors = [message for message in messages if message.is_serious()]
    if errors:
        raise ConfigurationError("\n".join(str(message) for message in errors))
    with usable_database(), closing(connection):
        migrated = is_migrated(connection)
    if not migrated:
        raise ConfigurationError(
            "The database is not up to date. Run: python manage.py migrate (make run does it)."
        )
    refuse_unreadable_keys()
    with usable_database(), closing(connection):
        for message in identity_checks.managers():
            logger.warning("%s", message)


def refuse_unreadable_keys() -> None:
    """Raise ConfigurationError when keys are stored that nobody here could decrypt."""
    from integrations.services import rotation  # models exist only when Django is set up

    with usable_database(), closing(connection):
        problem = rotation.problem()
    if problem:
        raise ConfigurationError(str(Error(problem, id="focusadmin.E040")))
