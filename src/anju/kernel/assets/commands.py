"""``anju assets``: import equipment."""

from __future__ import annotations

import os
from pathlib import Path

import click
import django

from anju.kernel.places.commands import import_layer, import_options


@click.group(subcommand_metavar="命令 …")
def assets() -> None:
    """设备：导入设备台账。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()


@assets.command("import", options_metavar="[选项]")
@import_options
@click.option(
    "--type", "kind", default="", metavar="类型", help="文件里没有类型一列时写明，如camera、meter。"
)
def import_command(file: Path, system: str | None, as_json: bool, kind: str) -> None:
    """导入设备：表格、GeoJSON或shapefile的zip；有一处错误就全部不导入。"""
    from anju.kernel.assets.imports import bring
    from anju.kernel.assets.types import asset_types

    if kind and kind not in asset_types():
        raise click.UsageError(f"没有类型{kind}，可用的是{'、'.join(asset_types())}。")
    import_layer(bring, file, system, kind, as_json)
