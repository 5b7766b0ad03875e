"""Who refused or withdrew a grant, and why."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from anju.kernel.access import families


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    families.install(schema_editor.connection)


def remove(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    families.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = (("access", "0002_families"),)
    # SQLite adds a column by making the table anew, which would lose its triggers.
    operations = (
        migrations.RunPython(remove, install),
        migrations.AddField(
            "grant",
            "ended_by",
            models.CharField("退回或收回人", max_length=64, blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "grant",
            "ended_because",
            models.TextField("退回或收回原因", blank=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(install, remove),
    )
