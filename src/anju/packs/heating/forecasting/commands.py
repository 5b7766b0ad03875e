"""``anju heating forecast`` and ``anju heating weather-fit``: on a csv of any heating company, without a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from anju.console import echo_json, say, table

_NAMES = {"ours": "本模型", "yesterday": "昨日同时", "last_week": "上周同时", "degree_line": "度日直线"}
_FILE = click.Path(path_type=Path)
_MODES = ("archived", "persistence", "degraded", "observed")


def _reading(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both commands."""
    options = (
        click.option("--load", "load_path", type=_FILE, required=True, metavar="文件", help="逐小时负荷的csv。"),
        click.option("--weather", type=_FILE, metavar="文件", help="逐小时气温的csv；省略则气温也在负荷文件里。"),
        click.option(
            "--columns", default="", metavar="对应",
            help="写成time=列名,load=列名；还有issued（发布时间）、temperature、forecast24（24小时前的预报）。",
        ),
        click.option("--timezone", "zone", metavar="时区", help="没写时区的时间是哪里的，如Asia/Shanghai。"),
        click.option("--json", "as_json", is_flag=True, help="输出一份JSON。"),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


@click.command("forecast", options_metavar="[选项]")
@_reading
@click.option(
    "--horizon",
    type=click.IntRange(1, 72),
    default=24,
    show_default=True,
    metavar="小时",
    help="预测多少小时。",
)
@click.option("--blind-from", type=click.DateTime(["%Y-%m-%d"]), metavar="日期", help="从哪天起盲测。")
@click.option(
    "--weather-mode", type=click.Choice(_MODES), metavar="方式",
    help="气温用哪种：archived存档预报、persistence前一日、degraded合成误差、observed实测（只作上限）。",
)  # fmt: skip
@click.option(
    "--error",
    type=click.FloatRange(0, 20),
    default=1.5,
    show_default=True,
    metavar="K",
    help="合成误差的标准差。",
)
def forecast_command(**options: Any) -> None:
    """预测热负荷，给出10/50/90分位，并与昨日、上周同时比较。"""
    from anju.packs.heating.forecasting import evaluation, report, weather
    from anju.packs.heating.forecasting.model import Setting

    history = _history(options)
    mode = options["weather_mode"] or weather.best_mode(history)
    setting = Setting(options["horizon"], mode, options["error"])
    day: datetime | None = options["blind_from"]
    blind = evaluation.blind_row(history) if day is None else history.row(day)
    found = report.forecast(history, setting, blind, options["error"])
    if options["as_json"]:
        echo_json(found)
        return
    _show_forecast(found)


@click.command("weather-fit", options_metavar="[选项]")
@_reading
def weather_fit_command(**options: Any) -> None:
    """气候关联：平衡点温度、每度热量、R²和CV(RMSE)，并看前一日的影响。"""
    from anju.packs.heating.forecasting import report

    found = report.weather_fit(_history(options))
    if options["as_json"]:
        echo_json(found)
        return
    rows = [
        (
            name, fit["days"], f"{fit['balance']:.1f}", f"{fit['slope']:.4g}", _percent(fit["share_of_day_before"]),
            f"{fit['r_squared']:.3f}", _percent(fit["cv_rmse"]),
        )
        for name, fit in (("只看当日", found["day"]), ("加前一日", found["with_day_before"]))
    ]  # fmt: skip
    heads = ("回归", ">天数", ">平衡点（℃）", ">每度热量", ">前一日占", ">R²", ">CV(RMSE)")
    table("热量与气温", heads, rows)
    _say_notes(found)


def _history(options: dict[str, Any]) -> Any:
    from anju.packs.heating.forecasting import columns, history

    zone = _zone(options["zone"])
    weather = options["weather"] or options["load_path"]
    return history.load(options["load_path"], weather, columns.asked(options["columns"]), zone)


def _zone(name: str | None) -> tzinfo | None:
    from anju.packs.heating.forecasting.tables import TableError

    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, KeyError) as error:
        raise TableError(f"没有“{name}”这个时区。", "请写Asia/Shanghai这样的名称。") from error


def _show_forecast(found: dict[str, Any]) -> None:
    rows = [
        (one["time"][:16].replace("T", " "), one["ahead"], f"{one['p10']:.4g}", f"{one['p50']:.4g}", f"{one['p90']:.4g}")
        for one in found["forecast"]
    ]  # fmt: skip
    table("负荷预测", ("时间", ">提前（h）", ">10%", ">50%", ">90%"), rows)
    judged = found["evaluation"]
    figures = [
        (
            _NAMES[name], *(_percent(one[key]) for key in ("mape", "cv_rmse", "bias", "pinball")),
            "" if name == "ours" else _percent(judged["skill"][name]["mape"]),
        )
        for name, one in judged["overall"].items()
    ]  # fmt: skip
    heads = ("方法", ">MAPE", ">CV(RMSE)", ">偏差", ">分位损失", ">本模型少错")
    table(f"盲测 {judged['from'][:10]}至{judged['to'][:10]}，{judged['issues']}次", heads, figures)
    say(f"气温：{found['weather']['words']}。")
    for other in found["beside"]:
        say(f"若用{other['weather']['words']}：MAPE {_percent(other['overall']['ours']['mape'])}。")
    if not judged["beats_yesterday"]:
        say("注意：没有胜过昨日同时的值，请不要据此调度。")
    _say_notes(found)


def _say_notes(found: dict[str, Any]) -> None:
    for note in found["data"]["notes"]:
        say(f"注意：{note}。")


def _percent(value: float) -> str:
    return f"{100 * value:.1f}%"
