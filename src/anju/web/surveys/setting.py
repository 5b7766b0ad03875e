"""新建调查: which questionnaire, about what, in which period, how many to ask."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.parties.models import Organisation
from anju.kernel.surveys import fieldwork
from anju.kernel.surveys.models import ALLOCATION_WORDS, Channel, Version
from anju.kernel.surveys.questions import SurveyError
from anju.kernel.surveys.statistics.grades import SCALES
from anju.kernel.surveys.statistics.sampling import required_size
from anju.web.surveys.common import WRONG, actor

# Error and design effect of the table of sizes: the whole city, with clustering, each county alone.
_SIZES = ((0.03, 1.0), (0.03, 1.5), (0.05, 1.0))
_TEXTS = ("title", "title_en", "period", "subject", "allocation", "scale")


@requires("surveys.manage")
def new_page(request: HttpRequest) -> HttpResponse:
    """A survey in preparation; what was typed stays where something is wrong."""
    trouble = None
    if request.method == "POST":
        try:
            survey = fieldwork.create(_setup(request), actor=actor(request))
            return redirect(f"/surveys/{survey.pk}/")
        except SurveyError as error:
            trouble = error
    channels = request.POST.getlist("channels") if trouble else list(Channel.values)
    context = {
        "trouble": trouble,
        "typed": request.POST
        or {"target": required_size(0.05), "minimum": 30, "period": timezone.localdate().year},
        "versions": list(_versions(request)),
        "owners": list(_owners(request)),
        "channels": [(channel.value, channel.label, channel.value in channels) for channel in Channel],
        "allocations": list(ALLOCATION_WORDS.items()),
        "scales": [(code, "/".join(map(str, points))) for code, points in SCALES.items()],
        "sizes": [(error * 100, deff, required_size(error, deff=deff)) for error, deff in _SIZES],
    }
    return render(request, "web/surveys/new.html", context, status=WRONG if trouble else 200)


def _versions(request: HttpRequest) -> Any:
    rows = Version.objects.within(scope_of(request.user)).filter(published_at__isnull=False)
    return rows.select_related("questionnaire").order_by("-published_at")[:200]


def _owners(request: HttpRequest) -> Any:
    rows = Organisation.objects.within(scope_of(request.user)).on(timezone.localdate())
    return rows.order_by("name")[:500]


def _setup(request: HttpRequest) -> fieldwork.Setup:
    given = request.POST
    texts = {name: given.get(name, "").strip()[:120] for name in _TEXTS}
    return fieldwork.Setup(
        version=_chosen(_versions(request), given, "version", gettext("没有选择问卷。")),
        owner=_chosen(_owners(request), given, "owner", gettext("没有选择主办单位。")),
        target=_whole(given.get("target", "")),
        minimum=_whole(given.get("minimum", "") or "0"),
        channels=tuple(given.getlist("channels")),
        open_link=bool(given.get("open_link")),
        margins=margins_of(given.get("margins", "")),
        **texts,
    )


def _chosen(rows: Any, given: QueryDict, name: str, sentence: str) -> Any:
    try:
        key = UUID(given.get(name, ""))
    except ValueError:
        key = None
    row = next((row for row in rows if row.pk == key), None)
    if row is None:
        raise SurveyError(sentence, gettext("请从列表里选一个。"))
    return row


def _whole(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 10 else -1


def margins_of(text: str) -> dict[str, dict[str, int]]:
    """Lines of question code, option code and population, with spaces or commas between them."""
    found: dict[str, dict[str, int]] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        parts = line.replace("，", " ").replace(",", " ").split()
        if len(parts) != 3 or _whole(parts[2]) < 0:
            raise SurveyError(
                gettext("总体分布的“{line}”写法不对。").format(line=line[:40]),
                gettext("请写成“题目编码 选项编码 人数”，每行一个选项。"),
            )
        found.setdefault(parts[0], {})[parts[1]] = int(parts[2])
    return found
