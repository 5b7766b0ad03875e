"""The draft of an evaluation report (评价报告): every figure from the ledgers, with the place of its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from anju.packs.budget.keeping import files
from anju.packs.budget.keeping.answers import shares
from anju.packs.budget.keeping.standing import LineStanding
from anju.packs.budget.models import Evaluation, Line, RoundEntry
from anju.packs.budget.reports.opinions import REPORT

_GRADES = {"ok": "正常", "warn": "关注", "high": "预警", "crit": "严重", "na": "不可评"}


@dataclass(frozen=True, slots=True)
class Part:
    """Some words of a sentence; ``about`` and ``key`` name what proves them, "" where nothing has to.

    ``about`` is ``line``, ``target``, ``payments``, ``allotments``, ``round``, ``version`` or ``evaluation``.
    """

    text: str
    about: str = ""
    key: str = ""


Paragraph = tuple[Part, ...]


def words(paragraph: Paragraph) -> str:
    return "".join(part.text for part in paragraph)


def kept_evaluation(line: Line) -> Evaluation | None:
    """The evaluation of a line that stands now."""
    return Evaluation.objects.current().filter(line_key=line.key).select_related("version").first()


def sections(stands: LineStanding, kept: Evaluation | None) -> dict[str, list[Paragraph]]:
    """What the ledgers say in each section, in the order of the outline; opinions stand below them."""
    found = dict.fromkeys(REPORT, _nothing) | {
        "overview": _overview,
        "organisation": _organisation,
        "method": _method,
        "results": _results,
        "problems": _problems,
        "conclusions": _conclusions,
    }
    return {code: list(write(stands, kept)) for code, write in found.items()}


def _nothing(stands: LineStanding, kept: Evaluation | None) -> Iterator[Paragraph]:
    yield from ()


def _overview(stands: LineStanding, kept: Evaluation | None) -> Iterator[Paragraph]:
    """The declared words, a paragraph each; their proof is the line's page with the original."""
    line = files.load_line(stands.line)
    for text in (line.purpose.text, line.goal.text):
        for row in text.split("\n"):
            if row.strip():
                yield (Part(row, "line", str(stands.line.key)),)


def _organisation(stands: LineStanding, kept: Evaluation | None) -> Iterator[Paragraph]:
    if kept is None:
        yield (Part("还没有自评。"),)
        return
    yield (
        Part("按项目"),
        Part(f"第{kept.version.number}版目标", "version", str(kept.version.pk)),
        Part("评价。"),
    )


def _method(stands: LineStanding, kept: Evaluation | None) -> Iterator[Paragraph]:
    if kept is None:
        return
    counts = shares({t.row.key: t.answer for t in stands.targets})
    told = f"实测{counts['measured']}个、凭据{counts['documented']}个、自述{counts['asserted']}个、没有{counts['none']}个"
    yield (
        Part("评分方案"),
        Part(kept.scheme, "evaluation", str(kept.key)),
        Part("；"),
        Part(f"指标共{len(stands.targets)}个，证据：{told}", "line", str(stands.line.key)),
        Part("。"),
    )


def _results(stands: LineStanding, kept: Evaluation | None) -> Iterator[Paragraph]:
    key, code = str(stands.line.key), stands.line.code
    adjusted, paid = wan(stands.adjusted), wan(stands.paid)
    yield (
        Part(f"截至{stands.day}，预算"),
        Part(f"{adjusted}万元", "allotments", code) if adjusted else Part("不详"),
        Part("，支付"),
        Part(f"{paid}万元", "payments", code) if paid else Part("不详"),
        Part("，执行率"),
        Part(f"{stands.rate:.2f}%", "line", key) if stands.rate is not None else Part("不可评"),
        Part("。"),
    )
    for target in stands.targets:
        proof = ("target", str(target.row.key))
        yield (
            Part(f"{target.row.name}：目标"),
            Part(target.row.value, *proof),
            Part("，完成"),
            Part(target.answer.words or "不可评", *proof),
            Part("。"),
        )
    yield from _rounds(stands)


def _rounds(stands: LineStanding) -> Iterator[Paragraph]:
    """What each formal round of monitoring found up to the day."""
    entries = RoundEntry.objects.current().filter(line_key=stands.line.key, round__day__lte=stands.day)
    for entry in entries.select_related("round").order_by("round__day"):
        told, proof = entry.figures, ("round", str(entry.round_id))
        rate, planned = (f"{told[name]}%" if told.get(name) else "不详" for name in ("rate", "planned"))
        yield (
            Part(f"{entry.round.day}正式监控：执行率"),
            Part(rate, *proof),
            Part("，计划进度"),
            Part(planned, *proof),
            Part(f"，等级{_GRADES[entry.grade]}。"),
        )


def _problems(stands: LineStanding, kept: Evaluation | None) -> Iterator[Paragraph]:
    """Where points were lost, in the words of the score sheet."""
    for row in kept.sheet["rows"] if kept else ():
        if row["why"]:
            yield (
                Part(f"{row['name']}："),
                Part(row["why"].removesuffix("。"), "evaluation", str(kept.key) if kept else ""),
                Part("。"),
            )


def _conclusions(stands: LineStanding, kept: Evaluation | None) -> Iterator[Paragraph]:
    if kept is None:
        return
    key = str(kept.key)
    yield (
        Part("得分"),
        Part(f"{kept.total:.2f}", "evaluation", key),
        Part("，可评"),
        Part(f"{kept.assessable:.2f}分", "evaluation", key),
        Part(f"，等级{kept.grade or '未定'}。"),
    )


def wan(fen: int | None) -> str:
    """A sum in 万元 with all its digits; nothing for what is not known."""
    return "" if fen is None else f"{Decimal(fen) / 1_000_000:f}"
