"""``anju budget``: read, value, check a file; monitor, score, evidence, export and read-form of a kept one."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from anju.console import echo_json, say, table, track
from anju.kernel.values.target_value import parse, to_json
from anju.packs.budget.pack import PACK
from anju.packs.budget.returned.commands import read_form_command
from anju.packs.budget.year.commands import COMMANDS

_SEVERITY = {"block": "■ 退回", "warn": "◆ 警告", "ask": "● 询问"}
_NAMES = {check.code: check.name for check in PACK.checks}
_FILES = click.Path(path_type=Path)
_json_option = click.option("--json", "as_json", is_flag=True, help="输出一份JSON。")


@click.group(subcommand_metavar="命令 …")
def budget() -> None:
    """预算绩效：读取目标文件、解析指标值、审核目标。"""


@budget.command("read", options_metavar="[选项]")
@click.argument("files", nargs=-1, required=True, type=_FILES, metavar="文件…")
@_json_option
def read_command(files: tuple[Path, ...], as_json: bool) -> None:
    """读出文件里的部门、项目、指标、分项目标和承诺。"""
    from anju.packs.budget.service import read_file
    from anju.packs.budget.shape import file_json

    shapes = [file_json(read_file(path)) for path in track(files, "读取")]
    if as_json:
        echo_json(shapes if len(shapes) > 1 else shapes[0])
        return
    for shape in shapes:
        _show_file(shape)


@budget.command("value", options_metavar="[选项]")
@click.argument("texts", nargs=-1, required=True, metavar="文字…")
@_json_option
def value_command(texts: tuple[str, ...], as_json: bool) -> None:
    """解析指标值；写“-”则从标准输入逐行读取。"""
    given = [line.rstrip("\r\n") for line in sys.stdin] if texts == ("-",) else list(texts)
    values = [to_json(parse(text)) for text in given]
    if as_json:
        echo_json(values)
        return
    columns = ("text", "kind", "op", "number", "unit", "low", "high", "date", "start", "end", "per")
    heads = ("原文", "种类", "比较", ">数值", "单位", ">下限", ">上限", "日期", "起", "止", "每")
    table("指标值", heads, [[value.get(column) for column in columns] for value in values])


@budget.command("check", options_metavar="[选项]")
@click.argument("file", type=_FILES, metavar="文件")
@_json_option
def check_command(file: Path, as_json: bool) -> None:
    """找出文件里互相矛盾、无法考核的地方。"""
    from anju.packs.budget.service import review

    findings = review(file).findings
    if as_json:
        echo_json(findings)
        return
    _show_findings(findings)


def _show_file(shape: dict) -> None:
    lines = shape["lines"]
    total = sum((line["budget_wan_yuan"] or 0) for line in lines)
    targets = sum(len(line["targets"]) for line in lines)
    title = f"{shape['file']}　{shape['file_year'] or '年度不详'}年　{len(lines)}个项目　{targets}个指标　{total:,}万元"
    rows = [
        (
            line["code"],
            line["name"],
            line["department_name"],
            line["budget_wan_yuan"],
            _plan(line),
            len(line["targets"]),
        )
        for line in lines
    ]
    table(title, ("编码", "项目", "部门", ">预算（万元）", "支出计划%", ">指标"), rows)
    say(
        f"分项目标{len(shape['sub_goals'])}个，保障措施{len(shape['safeguard_measures'])}条，承诺数字{len(shape['commitments'])}个。"
    )
    for note in shape["notes"]:
        say(f"注意：{note}")


def _plan(line: dict) -> str:
    return "/".join(str(figure) for figure in line["payment_plan"] or ()) or "—"


def _show_findings(findings: list[dict]) -> None:
    """What must be mended or looked at one by one; questions, of which there are hundreds, by rule."""
    for severity in ("block", "warn"):
        some = [f for f in findings if f["severity"] == severity]
        if some:
            rows = [(f"{f['line'] or '全文件'}\n{f['target'] or ''}".strip(), _told(f)) for f in some]
            table(f"{_SEVERITY[severity]}　{len(rows)}条", ("项目和指标", "问题和引文"), rows)
    asked = [f for f in findings if f["severity"] == "ask"]
    if asked:
        counts = Counter(f["rule"] for f in asked)
        rows = [
            (_NAMES[rule], n, next(_told(f) for f in asked if f["rule"] == rule))
            for rule, n in counts.most_common()
        ]
        table(
            f"{_SEVERITY['ask']}　{len(asked)}条（每类举一例，全部见--json）", ("规则", ">条数", "例"), rows
        )
    say(f"共{len(findings)}条。" if findings else "没有发现问题。")


def _told(finding: dict) -> str:
    quotes = "\n".join(f"“{_short(cite['text'])}”（{cite['position']}）" for cite in finding["cites"][:4])
    return f"{_NAMES[finding['rule']]}：{finding['message']}\n{quotes}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


for _command in (*COMMANDS, read_form_command):
    budget.add_command(_command)
