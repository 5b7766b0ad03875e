"""``anju telemetry``: what is stored, whether it is whole, and copies of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from anju.console import echo_json, say, table
from anju.kernel.telemetry.ingesting.command import ingest
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.weather.command import weather
from anju.kernel.values.refusal import Refusal

CHINA = ZoneInfo("Asia/Shanghai")
# A person who seals by hand may do it while no gateway runs; the next one still wants to see recent segments.
_GRACE = 7 * 86_400_000
_SHOWN = 1000


class TelemetryError(Refusal):
    """Something that was asked for is not there, or the store is not whole."""


@click.group(subcommand_metavar="命令 …")
def telemetry() -> None:
    """遥测：导入、查询、汇总、封存、核验、备份。"""


telemetry.add_command(ingest)
telemetry.add_command(weather)

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")


def _span(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for a span of time, and the numbers of series."""
    for decorate in (
        click.option("--until", default="", metavar="时间", help="到此刻之前，缺省为现在。"),
        click.option(
            "--since", default="", metavar="时间", help="从此刻起，如2026-11-28T08:00；缺省为一天前。"
        ),
        click.argument(
            "series", type=click.IntRange(1, 2**32 - 1), nargs=-1, required=True, metavar="测点号…"
        ),
    ):
        command = decorate(command)
    return command


@telemetry.command("query", options_metavar="[选项]")
@_span
@click.option("--revisions", is_flag=True, help="看被后来的上报替换的值。")
@click.option(
    "--most",
    type=click.IntRange(1),
    default=_SHOWN,
    show_default=True,
    metavar="行数",
    help="最多列出多少行。",
)
@_AS_JSON
def query_command(
    series: tuple[int, ...], since: str, until: str, revisions: bool, most: int, as_json: bool
) -> None:
    """列出测点的值：时间、数值、质量、收到时间、报文号。"""
    from anju.kernel.telemetry.store.reading import History

    history = History(_layout())
    read = history.revisions if revisions else history.points
    points = read(series, *_times(since, until))
    rows = [
        {
            "series": int(points.series[at]),
            "time": _written(int(points.time[at])),
            "value": _number(float(points.value[at])),
            "quality": int(points.quality[at]),
            "received": _written(int(points.received[at])),
            "frame": int(points.frame[at]),
        }
        for at in range(min(len(points), most))
    ]
    if as_json:
        echo_json({"total": len(points), "points": rows})
        return
    columns = ("测点", "时间", ">数值", "质量", "收到", ">报文号")
    cells = [
        [row["series"], row["time"], row["value"], Quality(code).word, row["received"], row["frame"]]
        for row, code in zip(rows, points.quality.tolist(), strict=False)
    ]
    table(f"共{len(points)}个值", columns, cells)


@telemetry.command("rollup", options_metavar="[选项]")
@click.argument("grain", type=click.Choice(["minute", "hour", "day"]), metavar="minute|hour|day")
@_span
@_AS_JSON
def rollup_command(grain: str, series: tuple[int, ...], since: str, until: str, as_json: bool) -> None:
    """按分钟、小时或天汇总：个数、有效个数和有效值的平均、最小、最大、首、末值。"""
    from anju.kernel.telemetry.store.reading import History

    rolled = History(_layout()).rollup(grain, series, *_times(since, until))
    mean = rolled.mean
    rows = [
        {
            "series": int(rolled.series[at]),
            "time": _written(int(rolled.time[at])),
            "count": int(rolled.count[at]),
            "good": int(rolled.good[at]),
            "mean": _number(float(mean[at])),
            **{name: _number(float(getattr(rolled, name)[at])) for name in ("min", "max", "first", "last")},
        }
        for at in range(len(rolled))
    ]
    if as_json:
        echo_json({"rows": rows})
        return
    columns = ("测点", "起始", ">个数", ">有效", ">平均", ">最小", ">最大", ">首值", ">末值")
    table(f"共{len(rows)}行", columns, [list(row.values()) for row in rows])


@telemetry.command("frame", options_metavar="[选项]")
@click.argument("number", type=click.IntRange(1), metavar="报文号")
@click.option("--raw", is_flag=True, help="只输出原始字节。")
@_AS_JSON
def frame_command(number: int, raw: bool, as_json: bool) -> None:
    """取出一条报文和它的原始字节，被拒收的也能取。"""
    from anju.kernel.telemetry.frames import REASON_WORDS
    from anju.kernel.telemetry.store.reading import History

    frame = History(_layout()).frame(number)
    if frame is None:
        raise TelemetryError(
            f"没有第{number}号报文，或已过保存期限。", "请核对报文号；值的报文号见anju telemetry query。"
        )
    if raw:
        click.echo(frame.raw, nl=False)
        return
    told = {one.name: getattr(frame, one.name) for one in fields(frame)} | {
        "received": _written(frame.received),
        "key": frame.key.hex(),
        "raw": frame.raw.hex(),
        "status": frame.status.value,
        "reason": frame.reason.value,
    }
    if as_json:
        echo_json(told)
        return
    told["reason"] = REASON_WORDS[frame.reason]
    table(f"第{number}号报文", ("项", "内容"), list(told.items()))


@telemetry.command("seal", options_metavar="[选项]")
@_AS_JSON
def seal_command(as_json: bool) -> None:
    """立即封存已关闭的段并合并小文件；平时由网关每隔几分钟自动做。"""
    from anju.kernel.telemetry.store.sealing.rounds import Options, seal

    report = seal(_layout(), _now(), Options(grace=_GRACE))
    if as_json:
        echo_json(asdict(report))
    else:
        say(
            f"封存了{report.pairs}段：{report.frames}条报文、{report.points}个值；合并{report.merged}个文件。"
        )


@telemetry.command("verify", options_metavar="[选项]")
@_AS_JSON
def verify_command(as_json: bool) -> None:
    """读一遍全部文件，核对条数；有一处不对时退出码为2，并说明是哪一处。"""
    from anju.kernel.telemetry.store.upkeep.verification import verify

    verdict = verify(_layout())
    if as_json:
        echo_json(asdict(verdict) | {"whole": not verdict.faults})
    if verdict.faults:
        raise TelemetryError(
            f"遥测库不完整：{'；'.join(verdict.faults[:5])}。",
            "请保留现状，用最近的备份核对（anju telemetry restore）。",
        )
    if not as_json:
        say(
            f"遥测库完整：报文{verdict.seen}条（接收{verdict.accepted}、重复{verdict.repeats}、拒收{verdict.rejected}），"
            f"值{verdict.stored}个，文件{verdict.files}个，{verdict.size}字节；历史摘要{verdict.digest}。"
        )


@telemetry.command("backup", options_metavar="[选项]")
@click.argument("target", type=click.Path(path_type=Path), metavar="新文件夹")
@_AS_JSON
def backup_command(target: Path, as_json: bool) -> None:
    """备份遥测库，不用停网关；已封存的文件在同一磁盘上不占地方，请再把文件夹复制到别处。"""
    from anju.kernel.telemetry.store.upkeep.backup import backup

    done = backup(_layout(), target, _now())
    _told("备份", done.frame, len(done.files), done.size, as_json)


@telemetry.command("restore", options_metavar="[选项]")
@click.argument("source", type=click.Path(path_type=Path, exists=True), metavar="备份文件夹")
@_AS_JSON
def restore_command(source: Path, as_json: bool) -> None:
    """从备份恢复到这套安装的空的遥测库。"""
    from anju.kernel.telemetry.store.upkeep.backup import restore

    done = restore(source, _layout().root)
    _told("恢复", done.frame, len(done.files), done.size, as_json)


@telemetry.command("bench", options_metavar="[选项]")
@click.option(
    "--seconds",
    type=click.FloatRange(0.1, 60),
    default=2.0,
    show_default=True,
    metavar="秒",
    help="每项测多久。",
)
@_AS_JSON
def bench_command(seconds: float, as_json: bool) -> None:
    """测这块磁盘每秒能落盘多少个值；用临时文件夹，测完删除，不动现有数据。"""
    from tempfile import TemporaryDirectory

    from anju.kernel.telemetry.store.upkeep import measuring

    with TemporaryDirectory(dir=_layout().root, prefix="bench-") as folder:
        found = [measuring.commits(Path(folder, str(rows)), rows, seconds) for rows in (20, 1000, 10_000)]
        found.append(measuring.flushes(Path(folder), seconds))
    if as_json:
        echo_json({"rates": [asdict(rate) | {"a_second": rate.a_second} for rate in found]})
        return
    rows = [
        (
            f"每次{rate.rows}个值" if rate.rows else "裸刷盘（上限）",
            round(rate.a_second),
            round(rate.p50, 2),
            round(rate.p99, 2),
        )
        for rate in found
    ]
    table("落盘能力", ("项", ">每秒", ">中位毫秒", ">P99毫秒"), rows)


def _told(what: str, frame: int, files: int, size: int, as_json: bool) -> None:
    if as_json:
        echo_json({"frame": frame, "files": files, "bytes": size})
    else:
        say(f"{what}完成：到第{frame}号报文为止，{files}个文件，{size}字节。")


def _layout() -> Layout:
    from django.conf import settings

    return Layout.of(settings.DATA)


def _now() -> int:
    return int(time.time() * 1000)


def _times(since: str, until: str) -> tuple[int, int]:
    """The span in ms; a time without an offset is one of China."""
    end = _read(until) if until else datetime.now(CHINA)
    begin = _read(since) if since else end - timedelta(days=1)
    return int(begin.timestamp() * 1000), int(end.timestamp() * 1000)


def _read(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"时间{text}看不懂，请写成2026-11-28T08:00这样。") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _written(time: int) -> str:
    return datetime.fromtimestamp(time / 1000, CHINA).isoformat(timespec="milliseconds")


def _number(value: float) -> float | None:
    return None if math.isnan(value) or math.isinf(value) else value
