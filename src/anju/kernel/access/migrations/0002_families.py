"""Triggers that keep the three administrators apart."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from anju.kernel.access import families


def install(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    families.install(schema_editor.connection)


def remove(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    families.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = (("access", "0001_initial"),)
    operations = (migrations.RunPython(install, remove),)
