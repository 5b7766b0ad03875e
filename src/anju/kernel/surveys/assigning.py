"""Who goes to which household: the next ones of a stratum given to an interviewer, or taken back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit
from anju.kernel.surveys.models import Invitation, InvitationState, Stratum, Survey, SurveyState
from anju.kernel.surveys.questions import SurveyError

TO_ASK = (InvitationState.DRAWN, InvitationState.INVITED, InvitationState.UNREACHABLE)


@transaction.atomic
def assign(survey: Survey, interviewer: str, stratum: Stratum | None, count: int, *, actor: str) -> int:
    """Give the next ``count`` households that nobody goes to, in the order of the draw. How many there were.

    ``interviewer`` is an account, as text. ``SurveyError`` for nobody, nothing, or a survey that has ended.
    """
    if survey.state == SurveyState.CLOSED:
        raise SurveyError(gettext("这项调查已经结束。"), gettext("请刷新后再看。"))
    if not interviewer:
        raise SurveyError(gettext("没有选择访问员。"), gettext("请从列表里选一个人。"))
    if count < 1:
        raise SurveyError(gettext("没有写户数。"), gettext("请填大于0的整数。"))
    rows = Invitation.objects.filter(survey=survey, interviewer="", state__in=TO_ASK)
    rows = rows.filter(stratum=stratum) if stratum else rows
    keys = list(rows.order_by("stratum__name", "position").values_list("pk", flat=True)[:count])
    if not keys:
        raise SurveyError(gettext("没有还没分派的户。"), gettext("请另选一层，或先收回别人的。"))
    _give(survey, keys, interviewer)
    where = stratum.name if stratum else ""
    facts = {"interviewer": interviewer, "households": len(keys), "stratum": where}
    audit.record("surveys.assign", survey, actor=actor, after=facts)
    return len(keys)


@transaction.atomic
def take_back(survey: Survey, interviewer: str, *, actor: str) -> int:
    """Take the households from an interviewer that have not answered. How many; ``SurveyError`` where there are none."""
    rows = Invitation.objects.filter(survey=survey, interviewer=interviewer, state__in=TO_ASK).exclude(
        interviewer=""
    )
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        raise SurveyError(gettext("这个人没有要收回的户。"), gettext("请刷新后再看。"))
    _give(survey, keys, "")
    before = {"interviewer": interviewer, "households": len(keys)}
    audit.record("surveys.take_back", survey, actor=actor, before=before)
    return len(keys)


def _give(survey: Survey, keys: list[object], interviewer: str) -> None:
    for start in range(0, len(keys), 500):
        Invitation.objects.filter(survey=survey, pk__in=keys[start : start + 500]).update(
            interviewer=interviewer
        )
