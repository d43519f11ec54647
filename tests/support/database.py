"""The database of this test as another process has to name it, and all that is in it."""

from pathlib import Path

from django.db import connection


def address() -> str:
    """Return DATABASE_URL for the database that this test is connected to."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


def dump() -> bytes:
    """Return everything that is stored: SQLite's files byte by byte, PostgreSQL's tables copied."""
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        return b"".join(file.read_bytes() for file in sorted(name.parent.glob(f"{name.name}*")))
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                found += [bytes(row) for row in rows]
    return b"".join(found)
