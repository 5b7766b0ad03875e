"""``anju budget read-form``: what a filled form says differently; taking it over wants a signed-in person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from anju.console import echo_json, say, table

_VERDICTS = {
    "take": "可以存入",
    "computed": "与平台不一致",
    "elsewhere": "在别的表里改",
    "unkept": "不存",
    "blank": "表内空着",
}


@click.command("read-form", options_metavar="[选项]")
@click.argument("path", type=click.Path(path_type=Path), metavar="表格")
@click.option("--file", "name", metavar="文件名", default="", help="与哪一份目标文件对照，不写则自己找。")
@click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")
def read_form_command(path: Path, name: str, as_json: bool) -> None:
    """读填好的正式表格，列出与平台不一样的地方；存入要登录后在“表格回读”页面确认。"""
    from anju.packs.budget.year.commands import set_up

    set_up()
    from django.utils import timezone

    from anju.packs.budget.models import BudgetFile, Line
    from anju.packs.budget.returned.recognising import Mine, locate, recognise
    from anju.packs.budget.returned.taking import compared

    filled = recognise(path)
    files = BudgetFile.objects.select_related("organisation").filter(name__icontains=name)
    found = compared(filled, locate(filled, Mine(files, Line.objects.current()), timezone.localdate()))
    if as_json:
        echo_json(_shape(found))
        return
    place = found.place
    about = f"{place.line.code} {place.line.name}" if place.line else str(place.file.organisation)
    rows = [
        (each.row, each.field, each.said, each.held, f"{_VERDICTS[each.verdict]}\n{each.reason}")
        for each in found.differences
    ]
    table(f"{filled.name}　{place.file.name}　{about}", ("行", "栏目", "表内", "平台", "怎么办"), rows)
    say(f"共{len(rows)}处不一样，可以存入{len(found.taken)}处；存入请登录后用“表格回读”。")


def _shape(found: Any) -> dict[str, Any]:
    place = found.place
    return {
        "form": found.filled.form,
        "name": found.filled.name,
        "year": found.filled.year,
        "file": place.file.name,
        "line": {"code": place.line.code, "name": place.line.name} if place.line else None,
        "date": place.day,
        "takeable": len(found.taken),
        "differences": [
            {
                "path": list(each.path),
                "row": each.row,
                "field": each.field,
                "form": each.said,
                "platform": each.held,
                "verdict": str(each.verdict),
                "reason": each.reason,
            }
            for each in found.differences
        ],
    }
