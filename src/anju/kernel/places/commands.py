"""``anju places``: list and import areas, import places."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import django

from anju.console import echo_json, say, table

if TYPE_CHECKING:
    from anju.kernel.files.models import StoredFile
    from anju.kernel.places.importing.batches import Task
    from anju.kernel.places.models import Area, Batch

ACTOR = "命令行"
_json_option = click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")


def _day(context: click.Context, parameter: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


def _day_option(name: str, help_text: str) -> Callable[[Any], Any]:
    kind = click.DateTime(["%Y-%m-%d"])
    return click.option(name, "day", type=kind, callback=_day, metavar="日期", help=help_text)


def import_options(command: Callable[..., None]) -> Callable[..., None]:
    """A file, its coordinate system, and the answer as JSON."""
    for option in (
        _json_option,
        click.option("--system", metavar="坐标系", help="如CGCS2000、WGS84、GCJ-02、BD-09、EPSG:4548。"),
        click.argument("file", type=click.Path(path_type=Path), metavar="文件"),
    ):
        command = option(command)
    return command


@click.group(subcommand_metavar="命令 …")
def places() -> None:
    """区域和场所：列出区域，导入区域和场所。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()


@places.command("list", options_metavar="[选项]")
@_day_option("--on", "列出这一天有效的区域，不写则为今天。")
@_json_option
def list_command(day: date | None, as_json: bool) -> None:
    """列出有效的区域。"""
    from django.utils import timezone

    from anju.kernel.places.models import Area

    areas = list(Area.objects.on(day or timezone.localdate()))
    if as_json:
        echo_json([_shape(area) for area in areas])
        return
    columns = ("代码", "名称", "级别", "代码体系", ">面积（平方公里）", "轮廓")
    table("区域", columns, [_line(area) for area in areas])
    say(f"共{len(areas)}个区域。" if areas else "还没有区域。用anju places import导入。")


def _shape(area: Area) -> dict[str, Any]:
    fields = ("code", "code_system", "name", "name_en", "level", "valid_from", "valid_to", "schematic")
    return {field: getattr(area, field) for field in (*fields, "area_square_metres", "outline_source")}


def _line(area: Area) -> tuple[object, ...]:
    size = f"{area.area_square_metres / 1e6:,.1f}" if area.area_square_metres is not None else "—"
    outline = area.outline_source or "无"
    return area.code, area.name, area.get_level_display(), area.get_code_system_display(), size, outline


@places.command("import-outlines", options_metavar="[选项]")
@click.argument("prefix", metavar="代码前四位")
@click.option("--zone", "zones", multiple=True, metavar="代码=名称", help="没有公开轮廓的功能区，可写多次。")
@_day_option("--from", "生效日期，不写表示不详。")
@_json_option
def outlines_command(prefix: str, zones: tuple[str, ...], day: date | None, as_json: bool) -> None:
    """导入一个城市和所属县（市）、区的公开轮廓。"""
    from anju.kernel.places.outlines import import_outlines

    pairs = [_zone(text) for text in zones]
    with refusals(as_json):
        _tell(import_outlines(prefix, zones=pairs, valid_from=day, actor=ACTOR), as_json)


def _zone(text: str) -> tuple[str, str]:
    code, _, name = (part.strip() for part in text.partition("="))
    if not code or not name or "=" in name:
        raise click.UsageError("--zone应写成代码=名称，例如990171=经济开发区。")
    return code, name


@places.command("import", options_metavar="[选项]")
@import_options
@click.option("--as", "content", type=click.Choice(("areas", "places")), default="areas", help="区域或场所。")
@click.option(
    "--kind", default="", metavar="类别", help="文件里没有类别一列的场所，写明如community、building。"
)
def import_command(file: Path, system: str | None, as_json: bool, content: str, kind: str) -> None:
    """导入GeoJSON或表格里的区域；场所还可以是shapefile的zip。有一处错误就全部不导入。"""
    from anju.kernel.places.importing.places import bring
    from anju.kernel.places.imports import import_file
    from anju.kernel.places.kinds import Kind
    from anju.kernel.places.systems import named

    if kind and kind not in Kind.values:
        raise click.UsageError(f"没有类别{kind}，可用的是{'、'.join(Kind.values)}。")
    if kind or content == "places":
        import_layer(bring, file, system, kind, as_json)
        return
    with refusals(as_json):
        _tell(import_file(file, actor=ACTOR, system=named(system) if system else None), as_json)


def import_layer(
    bring: Callable[[Path, StoredFile, Task], Batch], file: Path, system: str | None, kind: str, as_json: bool
) -> None:
    """Store the original and import its rows; also for equipment."""
    from anju.kernel.documents import DocumentError
    from anju.kernel.files import store
    from anju.kernel.places.importing.batches import Task
    from anju.kernel.places.systems import named
    from anju.kernel.values.scope import Scope

    task = Task(ACTOR, Scope.whole(), named(system) if system else None, kind)
    try:
        with file.open("rb") as content:
            original = store(content, file.name, actor=ACTOR)
    except OSError as error:
        raise DocumentError(f"读不到文件「{file.name}」。", "请核对路径、文件名和权限。") from error
    with refusals(as_json):
        batch = bring(file, original, task)
    counts = {"rows": batch.rows, "new": batch.new, "filled": batch.filled}
    if as_json:
        echo_json(counts)
    else:
        say(f"读到{batch.rows}行，新登记{batch.new}行，补全{batch.filled}行。")


@contextmanager
def refusals(as_json: bool) -> Iterator[None]:
    """Show the errors by row before the command ends with its one sentence."""
    from anju.kernel.places.rows import ImportRefused

    try:
        yield
    except ImportRefused as refused:
        if as_json:
            fields = ("place", "column", "message")
            echo_json({"errors": [{name: getattr(e, name) for name in fields} for e in refused.errors]})
        elif refused.errors:
            rows = [(error.place, error.column, error.message) for error in refused.errors]
            table("错误", ("位置", "列", "问题"), rows)
        raise


def _tell(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        echo_json(counts)
        return
    say(f"新建{counts['created']}个区域，更新{counts['changed']}个，未变{counts['unchanged']}个。")
