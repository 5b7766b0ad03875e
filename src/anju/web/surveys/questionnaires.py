"""问卷: the questions of each version, and the editor of the draft; a published version is only read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from anju.kernel.access.permissions import may, requires
from anju.kernel.access.scope import scope_of
from anju.kernel.parties.models import Organisation
from anju.kernel.surveys import questionnaires
from anju.kernel.surveys.models import Questionnaire, Version
from anju.kernel.surveys.questions import KIND_WORDS, MOST_QUESTIONS, Option, Question, SurveyError
from anju.web.surveys.common import WRONG, actor, asked, demand, one_of, opening, titled

_FIELDS = ("code", "kind", "text", "text_en", "options", "low", "high")


@requires("surveys.manage")
def new_page(request: HttpRequest) -> HttpResponse:
    """A name and an owner; the questions are written on the next page."""
    owners = list(
        Organisation.objects.within(scope_of(request.user)).on(timezone.localdate()).order_by("name")[:500]
    )
    trouble = None
    if request.method == "POST":
        owner = next((one for one in owners if str(one.pk) == request.POST.get("owner")), None)
        try:
            if owner is None:
                raise SurveyError(gettext("没有选择主办单位。"), gettext("请从列表里选一个。"))
            title, english = request.POST.get("title", ""), request.POST.get("title_en", "")[:120]
            made = questionnaires.create(title, owner, actor=actor(request), title_en=english)
            return redirect(f"/questionnaires/{made.questionnaire_id}/")
        except SurveyError as error:
            trouble = error
    context = {"trouble": trouble, "typed": request.POST, "owners": owners}
    return render(request, "web/surveys/questionnaire_new.html", context, status=WRONG if trouble else 200)


@requires("surveys.view")
def questionnaire_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """``?version=`` chooses one, else the last; ``step`` saves or publishes the draft, or begins the next."""
    questionnaire = one_of(request, Questionnaire.objects.select_related("owner"), key)
    versions = list(questionnaire.versions.order_by("-number"))
    version = next((v for v in versions if str(v.number) == request.GET.get("version")), versions[0])
    manages = may(request.user, "surveys.manage")
    forms = rows_of(version.questions)
    trouble = None
    if request.method == "POST":
        demand(request, "surveys.manage")
        forms = _posted(request.POST)
        try:
            if _taken(request, questionnaire, version, forms):
                return redirect(request.path)
        except SurveyError as error:
            trouble = error
    draft = version.published_at is None
    context = {
        "questionnaire": questionnaire,
        "title": titled(questionnaire),
        "versions": versions,
        "version": version,
        "draft": draft,
        "editing": draft and manages,
        "may_manage": manages,
        "has_draft": versions[0].published_at is None,
        "opening": opening(version),
        "rows": asked(version.questions, {}, {}),
        "forms": _with_blank(forms),
        "kinds": list(KIND_WORDS.items()),
        "introduction": request.POST.get("introduction", version.introduction),
        "introduction_en": request.POST.get("introduction_en", version.introduction_en),
        "trouble": trouble,
    }
    return render(request, "web/surveys/questionnaire.html", context, status=WRONG if trouble else 200)


def _taken(
    request: HttpRequest, questionnaire: Questionnaire, version: Version, forms: list[dict[str, Any]]
) -> bool:
    """Do what the button says; False for one more empty question, which keeps nothing yet."""
    step, who = request.POST.get("step", ""), actor(request)
    if step == "follow":
        questionnaires.follow(questionnaire, actor=who)
        return True
    if step == "more":
        return False
    english = request.POST.get("introduction_en", "")
    questionnaires.write(
        version, request.POST.get("introduction", ""), questions_of(forms), actor=who, introduction_en=english
    )
    if step == "publish":
        questionnaires.publish(version, actor=who, now=timezone.now())
    return True


def rows_of(questions: list[Question]) -> list[dict[str, Any]]:
    """Each question as its form shows it; options are lines of ``words | English | code``."""
    return [
        {
            **{name: getattr(question, name) for name in _FIELDS if name != "options"},
            "options": "\n".join(map(_line, question.options)),
            "required": question.required,
            "dont_know": question.dont_know,
            "order": number,
        }
        for number, question in enumerate(questions, 1)
    ]


def _line(option: Option) -> str:
    return " | ".join((option.text, option.text_en, option.code))


def _with_blank(forms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The forms with one empty one behind them, as long as there is room."""
    blank = {"required": True, "kind": "satisfaction", "order": len(forms) + 1}
    return [*forms, blank] if len(forms) < MOST_QUESTIONS else forms


def _posted(given: QueryDict) -> list[dict[str, Any]]:
    """What was typed, in the order asked for; a question whose words were emptied is gone."""
    found = []
    for number in range(1, MOST_QUESTIONS + 1):
        text = given.get(f"{number}-text", "").strip()
        if not text:
            continue
        row: dict[str, Any] = {name: given.get(f"{number}-{name}", "").strip()[:2000] for name in _FIELDS}
        order = given.get(f"{number}-order", "")
        row |= {name: bool(given.get(f"{number}-{name}")) for name in ("required", "dont_know")}
        row["order"] = int(order) if order.isdecimal() and len(order) < 4 else number
        found.append(row)
    found.sort(key=lambda row: row["order"])
    codes = {row["code"] for row in found}
    for number, row in enumerate(found, 1):
        row["order"] = number
        if not row["code"]:
            row["code"] = next(f"q{n}" for n in range(number, 99) if f"q{n}" not in codes)
            codes.add(row["code"])
    return found


def questions_of(forms: list[dict[str, Any]]) -> list[Question]:
    """The questions that were typed."""
    made = []
    for row in forms:
        lines = filter(str.strip, row["options"].splitlines())
        options = tuple(_option(line, number) for number, line in enumerate(lines, 1))
        told = {name: row[name] for name in _FIELDS if name != "options"}
        keeps = row["kind"] in ("single", "multiple")
        made.append(
            Question(
                **told, options=options if keeps else (), required=row["required"], dont_know=row["dont_know"]
            )
        )
    return made


def _option(line: str, number: int) -> Option:
    """A line of words, English and code; an option without a code is called after its place."""
    text, english, code = (part.strip() for part in (*line.split("|"), "", "")[:3])
    return Option(code or f"o{number}", text, english)
