"""调查结果: weighted beside unweighted, with errors, by question and by stratum; few answers are not shown."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.surveys.measuring.figures import Figures, figures
from anju.kernel.surveys.measuring.results import Basis, Figure, Result, basis, result
from anju.kernel.surveys.models import Asked, Standing, Survey
from anju.kernel.surveys.questions import COUNTED, KIND_WORDS, QuestionKind
from anju.kernel.surveys.statistics.grades import SCALES
from anju.web.surveys.common import one_of, survey_of, titled
from anju.web.surveys.workbook import XLSX, Cell, book

_SHOWN = (*COUNTED, QuestionKind.NUMBER)


@requires("surveys.view")
def results_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """What the sheets that count say now; ``?export=xlsx`` gives the same figures as a workbook."""
    survey = survey_of(request, key)
    on, told = basis(survey), figures(day_of(survey))
    found = [
        result(on, question, told.least_answers)
        for question in survey.version.questions
        if question.kind in _SHOWN
    ]
    if request.GET.get("export") == "xlsx":
        return _exported(on, told, found)
    sampled, shown = sum(on.sampled.values()), [_shown(one, told) for one in found]
    context = {
        "survey": survey,
        "title": titled(survey),
        "told": told,
        "confidence": told.confidence * 100,
        "n": len(on.rows),
        "sampled": sampled,
        "answered": 100 * len(on.rows) / sampled if sampled else None,
        "deff": on.deff,
        "open_link": on.others[Standing.OPEN_LINK],
        "repeated": on.others[Standing.REPEATED],
        "invalid": on.others[Standing.INVALID],
        "points": points(survey),
        "left_out": sum(on.others.values()),
        "results": shown,
        "main": next((one for one in shown if one["graded"]), None),
    }
    return render(request, "web/surveys/results.html", context)


@requires("surveys.view")
def question_page(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Where a figure of an indicator leads: the question among the results of its survey."""
    asked = one_of(request, Asked.objects.all(), key)
    return redirect(f"/surveys/{asked.survey_id}/results/#{asked.code}")


def day_of(survey: Survey) -> date:
    """The day whose figures hold for a survey: that of its end, today while it runs."""
    return timezone.localdate(survey.closed_at) if survey.closed_at else timezone.localdate()


def points(survey: Survey) -> str:
    """The scale as it is printed with each mean: 100/80/60/40/20."""
    return "/".join(map(str, SCALES[survey.scale]))


def _shown(found: Result, told: Figures) -> dict[str, Any]:
    graded = found.question.kind == QuestionKind.SATISFACTION
    return {
        "code": found.question.code,
        "words": found.question.words(),
        "kind": KIND_WORDS[found.question.kind],
        "graded": graded,
        "n": found.n,
        "unknown": _numbers(found.unknown, told, 100) if found.question.dont_know else None,
        "rate": _numbers(found.rate, told, 100),
        "mean": _numbers(found.mean, told, 1),
        "choices": [
            {"words": choice.words, "n": choice.n, "share": _numbers(choice.share, told, 100)}
            for choice in found.choices
        ],
        "parts": [
            {
                "name": part.name,
                "n": part.n,
                "rate": _numbers(part.rate, told, 100),
                "mean": _numbers(part.mean, told, 1),
            }
            for part in found.parts
        ],
    }


def _numbers(figure: Figure | None, told: Figures, factor: int) -> dict[str, Any] | None:
    """Weighted value, half width of the interval, interval, and the unweighted value, times ``factor``."""
    if figure is None:
        return None
    top = 1.0 if factor == 100 else float("inf")
    interval = figure.weighted.interval(told.confidence, 0.0, top)
    return {
        "value": _times(figure.weighted.value, factor),
        "margin": _times(figure.weighted.margin(told.confidence), factor),
        "low": _times(interval[0] if interval else None, factor),
        "high": _times(interval[1] if interval else None, factor),
        "plain": _times(figure.plain.value, factor),
    }


def _times(value: float | None, factor: int) -> float | None:
    return None if value is None else value * factor


def _exported(on: Basis, told: Figures, found: list[Result]) -> FileResponse:
    shown = [_shown(one, told) for one in found]
    sheets = [
        (gettext("题目"), _questions(shown)),
        (gettext("分布"), _distribution(shown)),
        (gettext("分层"), _by_stratum(shown, told)),
        (gettext("说明"), _notes(on, told)),
    ]
    name = gettext("{title}的结果.xlsx").format(title=titled(on.survey))
    return FileResponse(book(sheets), as_attachment=True, filename=name, content_type=XLSX)


def _questions(shown: list[dict[str, Any]]) -> list[list[Cell]]:
    heads: list[Cell] = [
        gettext("题目"),
        gettext("有效回答"),
        gettext("加权满意率（%）"),
        gettext("误差（±百分点）"),
        gettext("未加权满意率（%）"),
        gettext("加权均值"),
        gettext("误差（±）"),
        gettext("未加权均值"),
        gettext("说不清（加权，%）"),
    ]
    rows = [heads]
    for one in shown:
        rate, mean, unknown = ({} if one[name] is None else one[name] for name in ("rate", "mean", "unknown"))
        figures_of = [rate.get("value"), rate.get("margin"), rate.get("plain")]
        figures_of += [mean.get("value"), mean.get("margin"), mean.get("plain"), unknown.get("value")]
        rows.append([one["words"], one["n"], *map(_rounded, figures_of)])
    return rows


def _distribution(shown: list[dict[str, Any]]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [
            gettext("题目"),
            gettext("答案"),
            gettext("人数"),
            gettext("加权比例（%）"),
            gettext("误差（±百分点）"),
            gettext("未加权比例（%）"),
        ]
    ]
    for one in shown:
        for choice in one["choices"]:
            share = choice["share"]
            numbers = [_rounded(share[name]) for name in ("value", "margin", "plain")]
            rows.append([one["words"], choice["words"], choice["n"], *numbers])
    return rows


def _by_stratum(shown: list[dict[str, Any]], told: Figures) -> list[list[Cell]]:
    rows: list[list[Cell]] = [
        [
            gettext("题目"),
            gettext("层"),
            gettext("有效回答"),
            gettext("满意率（%）"),
            gettext("误差（±百分点）"),
            gettext("均分"),
        ]
    ]
    few = gettext("不足{n}份，不列出").format(n=told.least_answers)
    for one in shown:
        for part in one["parts"]:
            rate, mean = part["rate"], part["mean"]
            numbers = (
                [few]
                if rate is None
                else [*(_rounded(rate[n]) for n in ("value", "margin")), _rounded(mean["value"])]
            )
            rows.append([one["words"], part["name"], part["n"], *numbers])
    return rows


def _notes(on: Basis, told: Figures) -> list[list[Cell]]:
    survey, frame = on.survey, on.survey.frame
    return [
        [gettext("调查"), titled(survey)],
        [gettext("问卷"), str(survey.version)],
        [gettext("期间"), survey.period],
        [gettext("抽取户数"), sum(on.sampled.values())],
        [gettext("计入答卷"), len(on.rows)],
        [gettext("公开链接，另计"), on.others[Standing.OPEN_LINK]],
        [gettext("折分"), points(survey)],
        [gettext("置信度"), f"{told.confidence * 100:g}%"],
        [gettext("设计效应"), _rounded(on.deff)],
        [gettext("最少份数"), told.least_answers],
        [gettext("种子"), survey.seed],
        [gettext("抽样框"), frame.get("name", "")],
        [gettext("抽样框摘要"), frame.get("digest", "")],
        [gettext("算到"), f"{timezone.localtime():%Y-%m-%d %H:%M}"],
    ]


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
