"""What the pages of surveys share: who asks, what they may see, an answer sheet as it is asked and read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext

from anju.kernel.access.permissions import may
from anju.kernel.access.scope import scope_of
from anju.kernel.surveys.models import Survey, Version
from anju.kernel.surveys.questions import KIND_WORDS, Answer, Question, QuestionKind
from anju.kernel.wording import is_english

WRONG = 422
_PREFIX = "a-"
_BEGUN = "surveys.begun"


def actor(request: HttpRequest) -> str:
    return request.user.get_username()


def survey_of(request: HttpRequest, key: object) -> Survey:
    """The survey of an address, if the person may see it."""
    return one_of(
        request, Survey.objects.select_related("version__questionnaire", "owner", "frame_file"), key
    )


def one_of(request: HttpRequest, queryset: Any, key: object) -> Any:
    """A row that the person may see, or 404: what is out of scope does not exist for them."""
    row = queryset.within(scope_of(request.user)).filter(pk=key).first()
    if row is None:
        raise Http404(gettext("没有这一条，或者不在您的管理范围内。"))
    return row


def demand(request: HttpRequest, permission: str) -> None:
    """What the button asks for, beside the permission of the page."""
    if not may(request.user, permission):
        raise PermissionDenied


def titled(thing: Any) -> str:
    """The title of a survey or questionnaire in the language of the page."""
    return (thing.title_en if is_english() else "") or thing.title


def opening(version: Version) -> str:
    """The words before the questions, in the language of the page."""
    return (version.introduction_en if is_english() else "") or version.introduction


def asked(
    questions: Sequence[Question], given: Mapping[str, Answer], faults: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The questions as ``web/surveys/questions.html`` asks them, with what was answered and what is wrong."""
    rows = []
    for number, question in enumerate(questions, 1):
        said = given.get(question.code, "")
        chosen = said if isinstance(said, list) else [said]
        rows.append(
            {
                "number": number,
                "question": question,
                "words": question.words(),
                "name": f"{_PREFIX}{question.code}",
                "many": question.kind == QuestionKind.MULTIPLE,
                "kind": str(KIND_WORDS[question.kind]),
                "choices": [(code, words, code in chosen) for code, words in question.choices().items()],
                "said": said,
                "fault": faults.get(question.code, ""),
            }
        )
    return rows


def given_in(post: QueryDict, questions: Sequence[Question]) -> dict[str, Answer]:
    """The answers of a posted sheet by question."""
    found: dict[str, Answer] = {}
    for question in questions:
        values = [value[:2000] for value in post.getlist(f"{_PREFIX}{question.code}")]
        found[question.code] = values if question.kind == QuestionKind.MULTIPLE else "".join(values[:1])
    return found


def begun_mark(now: datetime) -> str:
    """When a sheet was opened, for a hidden field; signed, so that nobody types an hour."""
    return signing.dumps(now.timestamp(), salt=_BEGUN)


def begun_at(mark: str, now: datetime) -> datetime | None:
    """The moment of a mark; None for one that is changed, from before a restart, or a day old."""
    try:
        stamp = signing.loads(mark, salt=_BEGUN, max_age=86_400)
    except signing.BadSignature:
        return None
    return min(datetime.fromtimestamp(stamp, now.tzinfo), now)
