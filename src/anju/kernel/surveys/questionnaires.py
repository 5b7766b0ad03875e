"""Questionnaires through their versions: a draft is written, published once, and then only followed by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.parties.models import Organisation
from anju.kernel.surveys.models import Questionnaire, Version
from anju.kernel.surveys.questions import Question, SurveyError, check_questions


@transaction.atomic
def create(title: str, owner: Organisation, *, actor: str, title_en: str = "") -> Version:
    """A questionnaire with an empty draft as its first version."""
    title = title.strip()
    if len(title) < 2:
        raise SurveyError(gettext("没有写问卷名称。"), gettext("请写2个字以上的名称。"))
    made = Questionnaire.objects.create(title=title[:120], title_en=title_en, owner=owner, made_by=actor)
    audit.record("surveys.questionnaire", made, actor=actor, after={"title": title})
    return Version.objects.create(questionnaire=made, number=1)


@transaction.atomic
def write(
    version: Version,
    introduction: str,
    questions: Sequence[Question],
    *,
    actor: str,
    introduction_en: str = "",
) -> Version:
    """Put questions into a draft. ``SurveyError`` for a published one, or for questions that cannot be asked."""
    _refuse_published(version)
    check_questions(questions)
    version.content = [question.to_json() for question in questions]
    version.introduction, version.introduction_en = introduction.strip(), introduction_en.strip()
    version.save()
    audit.record("surveys.write", version, actor=actor, after={"questions": len(questions)})
    return version


@transaction.atomic
def publish(version: Version, *, actor: str, now: datetime) -> Version:
    """From now on the words stand as they are. ``SurveyError`` like ``write``."""
    _refuse_published(version)
    check_questions(version.questions)
    version.published_at, version.published_by = now, actor
    version.save()
    audit.record("surveys.publish", version, actor=actor, after={"number": version.number})
    return version


@transaction.atomic
def follow(questionnaire: Questionnaire, *, actor: str) -> Version:
    """The draft of a questionnaire; where there is none, a next version that begins as a copy of the last."""
    last = questionnaire.versions.order_by("-number")[0]
    if last.published_at is None:
        return last
    audit.record("surveys.follow", questionnaire, actor=actor, after={"number": last.number + 1})
    return Version.objects.create(
        questionnaire=questionnaire,
        number=last.number + 1,
        introduction=last.introduction,
        introduction_en=last.introduction_en,
        content=last.content,
    )


def _refuse_published(version: Version) -> None:
    if version.published_at is not None:
        raise SurveyError(gettext("已发布的版本不能改。"), gettext("请另建一版，在新版上改。"))
