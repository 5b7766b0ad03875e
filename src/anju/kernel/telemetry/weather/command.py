"""The command ``anju telemetry weather``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from anju.console import echo_json, say


@click.command(options_metavar="[选项]")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件")
@click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")
def weather(file: Path, as_json: bool) -> None:
    """导入气象观测：csv或xlsx，每行一个站一个时刻；有一处错误就全部不导入。"""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()
    from django.conf import settings

    from anju.kernel.telemetry.weather.delivering import deliver
    from anju.kernel.telemetry.weather.reading import sheet
    from anju.kernel.values.scope import Scope

    done = deliver(sheet(file, Scope.whole()), file.read_bytes(), settings.DATA)
    if as_json:
        echo_json(asdict(done))
    else:
        say(
            f"{file.name}：{done.rows}行，收下{done.kept}个值，拒收{done.refused}个；{done.repeats}批此前已收下。"
        )
