"""Remember the colours before the first change for calendars that were changed before this."""

from typing import Any

from django.db import migrations

COLOURS = ("background_color", "foreground_color")
CHUNK = 500


def remember(apps: Any, _schema_editor: Any) -> None:
    """Read the record from its beginning; what is remembered already stays."""
    first = apps.get_model("integrations", "FirstColours")
    record = apps.get_model("integrations", "Change").objects.filter(
        action="edit", outcome="done", error=""
    )
    found: dict[Any, dict[str, Any]] = {}
    for change in record.order_by("created_at", "pk").iterator(CHUNK):
        colours = {name: change.before[name] for name in COLOURS if name in change.before}
        if not colours:
            continue
        account = (change.key, change.workspace_id, change.provider, change.email)
        by_address = bool(change.email and change.external_id)
        number = change.external_id if by_address else (change.integration_id, change.calendar_id)
        entry = found.setdefault((account, number), {"change": change, "colours": {}})
        entry["colours"] = colours | entry["colours"]
    rows = [first(colours=entry["colours"], **_copied(entry["change"])) for entry in found.values()]
    first.objects.bulk_create(rows, batch_size=CHUNK)


def _copied(change: Any) -> dict[str, Any]:
    names = ("key", "workspace_id", "integration_id", "provider", "email")
    names = (*names, "calendar_id", "external_id")
    return {name: getattr(change, name) for name in names}


class Migration(migrations.Migration):

    dependencies = [
        ("integrations", "0015_recolouring"),
    ]

    operations = [
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
