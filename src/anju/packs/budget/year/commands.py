"""``anju budget monitor | score | evidence | export``: the year of a kept file, from the database."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from anju.console import echo_json, say, table

if TYPE_CHECKING:
    from anju.packs.budget.models import BudgetFile

GRADES = {"ok": "● 正常", "warn": "◆ 关注", "high": "▲ 预警", "crit": "■ 严重", "na": "○ 不可评"}
EVIDENCE = {"measured": "实测", "documented": "凭据", "asserted": "自述", "none": "没有回答"}
_json_option = click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")
_file_option = click.option(
    "--file", "name", metavar="文件名", default="", help="哪一份目标文件，不写则是最近导入的。"
)
_date_option = click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="日期",
    help="数据截至日，不写则是今天，至多到年底。",
)


class FileMissing(Exception):
    """No such file is kept: one sentence and a next step."""

    def __init__(self, name: str) -> None:
        self.sentence = f"没有导入名称含“{name}”的目标文件。" if name else "还没有导入目标文件。"
        self.next_step = "请先在“导入文件”页面导入。"
        super().__init__(f"{self.sentence}{self.next_step}")


def set_up() -> None:
    """Make the models usable; commands that only read files do without."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()


def _kept(name: str) -> BudgetFile:
    """The newest kept file whose name holds these words; ``FileMissing`` where there is none."""
    set_up()
    from anju.packs.budget.models import BudgetFile

    found = BudgetFile.objects.filter(name__icontains=name).order_by("-recorded_at").first()
    if found is None:
        raise FileMissing(name)
    return found


def _day(file: BudgetFile, day: datetime | None) -> date:
    from django.utils import timezone

    if day:
        return day.date()
    today = timezone.localdate()
    return min(today, date(file.year, 12, 31)) if file.year else today


@click.command("monitor", options_metavar="[选项]")
@_date_option
@_file_option
@_json_option
def monitor_command(day: datetime | None, name: str, as_json: bool) -> None:
    """双监控：每个项目在某一天的计划、支付、完成、偏差和等级。"""
    file = _kept(name)
    from anju.packs.budget.keeping.standing import standings
    from anju.packs.budget.year.rounds import figures

    on = _day(file, day)
    rows = standings(file, on)
    if as_json:
        shapes = [{"code": r.line.code, "name": r.line.name, "grade": r.grade, **figures(r)} for r in rows]
        echo_json({"file": file.name, "date": on.isoformat(), "lines": shapes})
        return
    heads = ("编码", "项目", "等级", ">计划%", ">支付%", ">完成%", "原因")
    table(
        f"{file.name}　{on}",
        heads,
        [
            (
                r.line.code,
                r.line.name,
                GRADES[r.grade],
                _two(r.planned),
                _two(r.rate),
                _two(r.attained),
                "".join(r.reasons[:2]),
            )
            for r in rows
        ],
    )


def _two(number: Decimal | None) -> str:
    return "—" if number is None else f"{number:.2f}"


@click.command("score", options_metavar="[选项]")
@click.option("--line", "code", metavar="项目编码", default="", help="只看一个项目，列出每个指标。")
@click.option(
    "--scheme", default="general-50-30-10", show_default=True, metavar="方案", help="评分方案编码。"
)
@_date_option
@_file_option
@_json_option
def score_command(code: str, scheme: str, day: datetime | None, name: str, as_json: bool) -> None:
    """自评打分：按评分方案算出每个项目的得分、等级和证据占比；不保存。"""
    file = _kept(name)
    from anju.packs.budget.scoring.schemes import scheme_for
    from anju.packs.budget.year.evaluations import packed, scored

    on = _day(file, day)
    rows = [pair for pair in scored(file, on, scheme_for(scheme, on)) if code in ("", pair[0].line.code)]
    if not rows:
        raise click.BadParameter(f"没有编码为{code}的项目。", param_hint="--line")
    if as_json:
        shapes = [
            {"code": stands.line.code, "name": stands.line.name, **packed(sheet)} for stands, sheet in rows
        ]
        echo_json({"file": file.name, "date": on.isoformat(), "scheme": scheme, "lines": shapes})
        return
    if code:
        _show_sheet(rows[0][1])
        return
    heads = ("编码", "项目", ">得分", ">可评分值", "等级", ">实测%", ">凭据%", ">自述%")
    table(
        f"{file.name}　{on}　{scheme}",
        heads,
        [
            (
                stands.line.code,
                stands.line.name,
                _two(sheet.total),
                _two(sheet.assessable_weight),
                sheet.grade or "—",
                *(_two(sheet.evidence[kind]) for kind in ("measured", "documented", "asserted")),
            )
            for stands, sheet in rows
        ],
    )


def _sealed(row: Any) -> str:
    return "" if row.evidence == "none" else EVIDENCE[row.evidence]


def _show_sheet(sheet: Any) -> None:
    heads = ("指标", "指标值", "完成值", ">分值", ">得分", "证据", "失分或不可评的原因")
    rows = [
        (row.name, row.target_words, row.actual_words, row.weight, _two(row.points), _sealed(row), row.why)
        for row in sheet.rows
    ]
    table(f"得分{_two(sheet.total)}　可评{sheet.assessable_weight}　{sheet.grade or '未定等级'}", heads, rows)
    for flag in sheet.flags:
        say(f"注意：{flag.message}")


@click.command("evidence", options_metavar="[选项]")
@_date_option
@_file_option
@_json_option
def evidence_command(day: datetime | None, name: str, as_json: bool) -> None:
    """每个指标由什么回答：实测、凭据、自述，还是没有；并复算平台自己算出的数。"""
    file = _kept(name)
    from anju.kernel.indicators import computing
    from anju.kernel.indicators.models import Source, Value
    from anju.packs.budget.indicators import subject_of
    from anju.packs.budget.keeping.answers import shares
    from anju.packs.budget.keeping.standing import standings

    on = _day(file, day)
    rows = standings(file, on)
    found = {t.row.key: t.answer for r in rows for t in r.targets}
    subjects = [subject_of(r.line) for r in rows]
    values = Value.objects.current().filter(subject__in=subjects, source=Source.PLATFORM)
    replayed = [computing.replay(value)[0] for value in values.select_related("evidence")]
    counts = shares(found)
    if as_json:
        echo_json(
            {
                "file": file.name,
                "date": on.isoformat(),
                "targets": counts,
                "replayed": len(replayed),
                "same": sum(replayed),
            }
        )
        return
    table(f"{file.name}　{on}", ("证据", ">指标数"), [(EVIDENCE[kind], n) for kind, n in counts.items()])
    say(f"平台算出的{len(replayed)}个数，复算一致{sum(replayed)}个。")


@click.command("export", options_metavar="[选项]")
@click.option("--form", required=True, metavar="表", help="申报表等表的编码，用--form list列出。")
@click.option("--out", type=click.Path(path_type=Path), metavar="文件", help="写到哪里；扩展名定格式。")
@click.option("--line", "code", metavar="项目编码", default="", help="哪一个项目。")
@_date_option
@_file_option
@_json_option
def export_command(  # one parameter an option
    form: str, out: Path | None, code: str, day: datetime | None, *, name: str, as_json: bool
) -> None:
    """导出正式表格：docx、xlsx或pdf。"""
    from anju.packs.budget.printing import forms

    if form == "list":
        known = [(f.code, f.name) for f in forms.FORMS.values()]
        if as_json:
            echo_json([{"form": code, "name": words} for code, words in known])
        else:
            table("表", ("编码", "名称"), known)
        return
    kept = _kept(name)
    from anju.packs.budget.year.printing import is_of_line, printed

    if out is None:
        raise click.BadParameter("请用--out写明导出到哪个文件，例如--out 申报表.docx。", param_hint="--out")
    kind = out.suffix.lstrip(".")
    if is_of_line(form) and not code:
        # Every line has a form of its own: 申报表.docx.zip holds them as docx.
        if kind != "zip":
            raise click.BadParameter(
                f"没有写--line，会导出全部项目，请写成--out {out.name}.zip。", param_hint="--out"
            )
        kind = out.with_suffix("").suffix.lstrip(".") or "docx"
    body = printed(form, kept, kind, on=_day(kept, day), code=code)
    out.write_bytes(body)
    if as_json:
        echo_json(_written(form, kept, code) | {"file": str(out), "format": kind, **_measured(body)})
        return
    say(f"已导出{out}。")


def _written(form: str, file: BudgetFile, code: str) -> dict[str, Any]:
    """Which form of which lines was written."""
    from anju.packs.budget.printing.forms import FORMS

    rows = file.lines.filter(superseded_at__isnull=True).order_by("order")
    return {
        "form": form,
        "name": FORMS[form].name,
        "lines": [code] if code else list(rows.values_list("code", flat=True)),
    }


def _measured(body: bytes) -> dict[str, Any]:
    return {"bytes": len(body), "sha256": sha256(body).hexdigest()}


COMMANDS = (monitor_command, score_command, evidence_command, export_command)
