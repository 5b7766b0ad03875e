"""指标与趋势: each figure of an indicator by period, drawn broken where its meaning changed, and its replay."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.indicators import computing, crosswalks
from anju.kernel.indicators.models import Definition, Value
from anju.kernel.indicators.subjects import named
from anju.kernel.values import periods

PER_PAGE = 100
MOST = 400  # figures of one subject; a day's figure each for a year
_WIDTH, _HEIGHT = 720, 180
GRAINS = {
    "year": gettext_lazy("年"),
    "season": gettext_lazy("供暖季"),
    "half": gettext_lazy("半年"),
    "quarter": gettext_lazy("季度"),
    "month": gettext_lazy("月"),
    "day": gettext_lazy("日"),
}


@requires("indicators.view")
def indicators_page(request: HttpRequest) -> HttpResponse:
    """``?code=&version=`` lists the subjects of an indicator, ``&subject=`` shows the trend of one."""
    asked = {name: request.GET.get(name, "") for name in ("code", "version", "subject")}
    what = Definition.objects.current().filter(code=asked["code"], version=asked["version"]).first()
    if what is None:
        return _all(request)
    if not asked["subject"]:
        return _subjects(request, what)
    return _trend(request, what, asked["subject"])


def _figures(request: HttpRequest) -> Any:
    return Value.objects.current().within(scope_of(request.user))


def _all(request: HttpRequest) -> HttpResponse:
    """Every indicator with how many subjects have a figure that the person may see."""
    counted = {
        (code, version): (n, last)
        for code, version, n, last in _figures(request)
        .values_list("code", "version")
        .annotate(n=Count("subject", distinct=True), last=Max("recorded_at"))
    }
    rows = [
        {"what": what, "count": counted.get((what.code, what.version), (0, None))}
        for what in Definition.objects.current().order_by("code", "version")[:1000]
    ]
    return render(request, "web/indicators.html", {"rows": rows})


def _subjects(request: HttpRequest, what: Definition) -> HttpResponse:
    rows = _figures(request).filter(code=what.code, version=what.version).order_by()
    found = rows.values("subject").annotate(n=Count("id"), last=Max("period")).order_by("subject")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names = named(row["subject"] for row in page)
    context = {
        "what": what,
        "page_of_subjects": page,
        "rows": [row | {"named": names[row["subject"]]} for row in page],
    }
    return render(request, "web/indicator_subjects.html", context)


def _trend(request: HttpRequest, what: Definition, subject: str) -> HttpResponse:
    start = crosswalks.origin(what.code, what.version)
    runs = crosswalks.trend(*start, subject, rows=_figures(request))
    grains = Counter(_grain(value) for run in runs for value in run)
    grain = request.GET.get("by", "")
    if grain not in grains:
        grain = next(iter(dict(grains.most_common(1))), "year")
    shown = [kept for run in runs if (kept := [v for v in run if _grain(v) == grain][-MOST:])]
    context = {
        "what": what,
        "named": named([subject])[subject],
        "grain": grain,
        "grains": [(code, name, grains[code]) for code, name in GRAINS.items() if grains[code]],
        "drawing": drawing(shown),
        "runs": [[_row(value) for value in reversed(run)] for run in reversed(shown)],
        "count": sum(map(len, shown)),
        "replayed": _replay(request, [value for run in shown for value in run]),
    }
    return render(request, "web/indicator_trend.html", context)


def _grain(value: Value) -> str:
    return periods.parse(value.period).grain


def _row(value: Value) -> dict[str, Any]:
    ratio = value.denominator is not None and value.denominator != 1
    coverage = None if value.coverage is None else value.coverage * 100
    return {"value": value, "number": _shown(value), "ratio": ratio, "coverage": coverage}


def _shown(value: Value) -> Decimal | None:
    """A ratio of an indicator in per cent is shown in per cent."""
    if value.number is None:
        return None
    return value.number * 100 if value.unit == "%" and value.denominator not in (None, 1) else value.number


def _replay(request: HttpRequest, values: list[Value]) -> dict[str, Any] | None:
    """The posted figure computed again on the rows that it was computed on."""
    if request.method != "POST":
        return None
    value = next((each for each in values if str(each.pk) == request.POST.get("value", "")), None)
    if value is None:
        return {"trouble": gettext("这个数已被新数取代，请刷新后再看。")}
    try:
        same, found = computing.replay(value)
    except computing.IndicatorError as error:
        return {"trouble": f"{error.sentence} {error.next_step}"}
    who = request.user.get_username()
    audit.record("indicator.replay", value, actor=who, after={"same": same}, context=context_of(request))
    return {"value": value, "same": same, "found": found}


def drawing(runs: list[list[Value]]) -> dict[str, Any] | None:
    """Each run as points of a polyline on a time axis; a gap where a figure is missing, never a zero."""
    points = [
        (periods.parse(value.period).end.toordinal(), number, value)
        for run in runs
        for value in run
        if (number := _shown(value)) is not None
    ]
    if not points:
        return None
    days, figures = [day for day, _, _ in points], [number for _, number, _ in points]
    low, high = min(Decimal(0), *figures), max(figures)
    span, height = max(days) - min(days) or 1, high - low or Decimal(1)

    def place(day: int, number: Decimal) -> tuple[str, str]:
        x = (day - min(days)) * _WIDTH / span
        return f"{x:.1f}", f"{float((high - number) / height) * _HEIGHT:.1f}"

    lines, dots = [], []
    for run in runs:
        stretch: list[str] = []
        for value in run:
            number = _shown(value)
            if number is None:
                lines.append(" ".join(stretch))
                stretch = []
                continue
            x, y = place(periods.parse(value.period).end.toordinal(), number)
            stretch.append(f"{x},{y}")
            dots.append((x, y, f"{value.period} {number.normalize():f}{value.unit}"))
        lines.append(" ".join(stretch))
    return {
        "lines": [line for line in lines if " " in line],
        "dots": dots,
        "first": min(points, key=lambda each: each[0])[2].period,
        "last": max(points, key=lambda each: each[0])[2].period,
        "high": high,
        "zero": place(min(days), Decimal(0))[1],
    }
