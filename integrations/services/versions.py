"""What runs here: the versions, and whether the database is as this version needs it."""

import platform
from dataclasses import dataclass

import django
from django.db import connection

from focusadmin import VERSION
from focusadmin.checks import is_migrated


@dataclass(frozen=True)
class Versions:
    """What whoever helps has to know first."""

    product: str
    django: str
    python: str
    #: Such as "SQLite 3.45.1".
    database: str
    system: str
    #: False where the files of another version are served than the database was migrated for.
    is_migrated: bool


def here() -> Versions:
    """Return the versions of this process and its database."""
    database = ".".join(map(str, connection.get_database_version()))
    return Versions(
        product=VERSION,
        django=django.__version__,
        python=platform.python_version(),
        database=f"{connection.display_name} {database}",
        system=platform.system(),
        is_migrated=is_migrated(connection),
    )
