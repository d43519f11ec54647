"""Remember once for each account what mail has said of it, in however many workspaces it is."""

from typing import Any

from django.db import migrations, models


def merge(apps: Any, _schema_editor: Any) -> None:
    """Keep of what was said of an account in several workspaces the latest; at once, "broken"."""
    told = apps.get_model("integrations", "ToldAccount").objects
    latest = told.order_by("integration_id", "-seen_at", "-is_broken", "pk")
    kept: dict[int, int] = {}
    for pk, number in latest.values_list("pk", "integration_id"):
        if kept.setdefault(number, pk) != pk:
            told.filter(pk=pk).delete()


class Migration(migrations.Migration):

    dependencies = [
        ("integrations", "0018_rules"),
    ]

    operations = [
        migrations.RunPython(merge, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="toldaccount", name="told_account"),
        migrations.RemoveField(model_name="toldaccount", name="workspace_id"),
        migrations.AlterField(
            model_name="toldaccount",
            name="integration_id",
            field=models.BigIntegerField(unique=True),
        ),
    ]
