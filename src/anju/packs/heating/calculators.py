"""``anju heating season``, ``supply``, ``cooling`` and ``quality``: the formulas of the pack at hand, by the dated figures."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from anju.console import echo_json, say, table
from anju.packs.heating.figures import figures

_json = click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")
_day = click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="按哪天有效的参数；省略为今天。"
)


@click.command("season", options_metavar="[选项]")
@click.argument("text", metavar="采暖季")
@_json
def season_command(text: str, as_json: bool) -> None:
    """采暖季（如2019/20）各阶段的起止和天数；停热日不计。"""
    from anju.packs.heating.season.calendar import season

    stages: list[dict[str, Any]] = [
        {
            "code": one.code,
            "name": one.name,
            "start": one.start,
            "last_day": one.last_day,
            "stop_day": one.stop,
        }
        | {"days": one.days, "document": one.document}
        for one in season(text).stages
    ]
    if as_json:
        echo_json({"season": text, "stages": stages, "days": sum(one["days"] for one in stages)})
        return
    rows = [(one["name"], one["start"], one["last_day"], one["days"], one["document"]) for one in stages]
    table(f"{text}采暖季", ("阶段", "开始", "末日", ">天数", "依据"), rows)


@click.command("supply", options_metavar="[选项]")
@click.option("--outdoor", type=float, required=True, metavar="℃", help="平滑后的室外温度。")
@click.option("--design", type=(float, float), metavar="供 回", help="设计供回水温度；省略用规则表里的。")
@click.option("--flow", type=click.FloatRange(0.05, 5), default=1.0, metavar="比", help="相对流量。")
@_day
@_json
def supply_command(
    outdoor: float, design: tuple[float, float] | None, flow: float, day: datetime | None, as_json: bool
) -> None:
    """气候补偿：这个室外温度下二次供、回水应是多少度。"""
    from dataclasses import replace

    from anju.packs.heating.operation.regulation import Design, relative_load, supply_and_return

    asked = Design.of(figures(_on(day)))
    asked = replace(asked, supply=design[0], back=design[1]) if design else asked
    supply, back = supply_and_return(outdoor, asked, flow)
    found = {
        "relative_load": round(float(relative_load(outdoor, asked)), 3),
        "supply": round(float(supply), 1),
        "return": round(float(back), 1),
    }
    if as_json:
        echo_json(found)
        return
    table("气候补偿", (">相对负荷", ">供水（℃）", ">回水（℃）"), [tuple(found.values())])


@click.command("cooling", options_metavar="[选项]")
@click.option("--room", type=float, default=20.0, show_default=True, metavar="℃", help="停热时的室温。")
@click.option("--outdoor", type=float, required=True, metavar="℃", help="室外温度。")
@click.option("--tau", type=float, required=True, metavar="小时", help="建筑时间常数。")
@click.option("--target", type=float, default=16.0, show_default=True, metavar="℃", help="降到多少度。")
@_json
def cooling_command(room: float, outdoor: float, tau: float, target: float, as_json: bool) -> None:
    """停热后室温怎样下降，多少小时降到指定温度。"""
    from anju.packs.heating.operation.inertia import hours_until, temperature_after

    hours = hours_until(target, room, outdoor, tau)
    course = [(h, round(temperature_after(h, room, outdoor, tau), 1)) for h in (0, 3, 6, 12, 24, 48)]
    if as_json:
        echo_json(
            {
                "hours": None if hours is None else round(hours, 1),
                "course": [{"hours": h, "room": t} for h, t in course],
            }
        )
        return
    table("停热后的室温", (">小时", ">室温（℃）"), course)
    say(f"不会降到{target:g}℃。" if hours is None else f"{hours:.1f}小时后降到{target:g}℃。")


@click.command("quality", options_metavar="[选项]")
@click.argument("path", type=click.Path(path_type=Path), metavar="文件")
@click.option(
    "--columns", default="", metavar="对应", help="列名：time=…,t1s=…,p1s=…,q1=…等；同名的列不用写。"
)
@_day
@_json
def quality_command(path: Path, columns: str, day: datetime | None, as_json: bool) -> None:
    """查一个换热站的csv：供回接反、整帧为零、尖峰、中断、热量不符、单位错误。"""
    from anju.packs.heating.forecasting import stamps, tables
    from anju.packs.heating.forecasting.columns import find
    from anju.packs.heating.quality.report import TAGS, check, to_json

    read = tables.read(path)
    named = _named(columns, TAGS)
    by_head = {head.lower(): head for head in read.heads}
    heads = {tag: named.get(tag) or by_head[tag] for tag in TAGS if tag in named or tag in by_head}
    if not heads:
        raise tables.TableError(
            f"{path.name}里没有认识的测点。", f"请用--columns指定，如t1s=列名；测点有{'、'.join(TAGS)}。"
        )
    seconds, _ = stamps.seconds(read.name, read.column(find(read, "time", named)), None)
    order = np.argsort(seconds, kind="stable")
    tags = {tag: read.numbers(head)[order] for tag, head in heads.items()}
    found = to_json(check(seconds[order], tags, figures(_on(day))), seconds[order])
    if as_json:
        echo_json({"rows": len(seconds), "tags": heads, "findings": found})
        return
    rows = [("、".join(one["tags"][:4]), one["verdict"], one["rows"], one["first"]) for one in found]
    table(f"{path.name}　{len(seconds)}行", ("测点", "发现", ">行数", "首次"), rows)
    say(f"共{len(found)}类问题。" if found else "没有发现问题。")


def _named(text: str, tags: tuple[str, ...]) -> dict[str, str]:
    from anju.packs.heating.forecasting.tables import TableError

    found: dict[str, Any] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key, _, head = (piece.strip() for piece in part.partition("="))
        if key not in (*tags, "time") or not head:
            raise TableError(
                f"--columns里的“{part}”看不懂。", f"请写成t1s=列名；测点有{'、'.join(tags)}，时间是time。"
            )
        found[key] = head
    return found


def _on(day: datetime | None) -> date:
    # A command runs for a person at a moment: today is what they mean where they name no day.
    return day.date() if day else date.today()
