"""From a frame to a sample: what would be drawn, and the draw that is recorded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from anju.kernel import audit, documents
from anju.kernel.documents.ledgers import Head, ImportRefused, Row, read_ledger, refuse
from anju.kernel.files.models import StoredFile
from anju.kernel.surveys.models import Invitation, Stratum, Survey, SurveyState
from anju.kernel.surveys.questions import SurveyError
from anju.kernel.surveys.statistics import sampling

HEADS = (
    Head("key", "户编码", ("编号", "户号", "房屋编码", "单元编码"), required=True),
    Head("stratum", "层", ("区县", "县区", "街道", "小区", "分层"), required=True),
    Head("phone", "电话", ("联系电话", "手机", "手机号")),
)
LONGEST = 120
_PHONE = re.compile(r"\+?[0-9 -]{7,20}")


@dataclass(frozen=True, slots=True)
class Member:
    """One unit of the frame: its key, its stratum, and a telephone number where one is known."""

    key: str
    stratum: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is drawn from: rows of a file, or of any register of the platform."""

    name: str
    members: Sequence[Member]
    file: StoredFile | None = None

    def keys(self) -> dict[str, list[str]]:
        """Stratum → keys, by the name of the stratum."""
        found: dict[str, list[str]] = {}
        for member in self.members:
            found.setdefault(member.stratum, []).append(member.key)
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a draw gives: stratum → (population, drawn), the keys in their order, and the digest of the frame."""

    strata: dict[str, tuple[int, int]]
    drawn: dict[str, list[str]]
    digest: str

    @property
    def population(self) -> int:
        return sum(population for population, _ in self.strata.values())

    @property
    def sampled(self) -> int:
        return sum(sampled for _, sampled in self.strata.values())


def read_frame(path: Path, file: StoredFile) -> Frame:
    """A frame from a workbook or csv. Raises ``ImportRefused`` with the errors of all rows, ``DocumentError``."""
    ledger = read_ledger(documents.read(path), HEADS)
    if not ledger.rows:
        raise ImportRefused(f"「{file.name}」里没有数据行。", "请核对文件，表头下面每行一户。")
    seen: dict[str, str] = {}
    members = [_member(row, seen) for row in ledger.rows]
    refuse([error for row in ledger.rows for error in row.errors])
    return Frame(file.name, members, file)


def _member(row: Row, seen: dict[str, str]) -> Member:
    key, stratum, phone = (row.values.get(head.field, "") for head in HEADS)
    if key and key in seen:
        row.fault("key", f"“{key}”和{seen[key]}重复，请去掉一行。")
    seen.setdefault(key, row.place)
    for name, text in (("key", key), ("stratum", stratum)):
        if len(text) > LONGEST:
            row.fault(name, f"超过{LONGEST}个字，请缩短。")
    if phone and not _PHONE.fullmatch(phone):
        row.fault("phone", f"“{phone}”不是7至20位的电话号码，请改正或留空。")
    return Member(key, stratum, phone)


def plan(survey: Survey, frame: Frame) -> Plan:
    """The draw of a survey from a frame, the same however often it is asked. Raises ``Refusal``."""
    keys = frame.keys()
    if not keys:
        raise SurveyError(gettext("抽样框里没有可抽的行。"), gettext("请换一份文件或台账，或放宽筛选。"))
    populations = {name: len(rows) for name, rows in keys.items()}
    how = sampling.Allocation(survey.allocation)
    sizes = sampling.allocate(populations, survey.target, how, survey.minimum)
    drawn = sampling.draw(keys, sizes, survey.seed)
    strata = {name: (populations[name], sizes[name]) for name in populations}
    return Plan(strata, drawn, sampling.digest(keys))


@transaction.atomic
def record(survey: Survey, frame: Frame, *, actor: str, now: datetime) -> Plan:
    """Keep the draw: strata, households in their order, and what was drawn from. Once a survey.

    Raises ``SurveyError`` for a survey drawn already or closed, ``SamplingError`` like ``plan``.
    """
    survey = Survey.objects.select_for_update().get(pk=survey.pk)
    if survey.drawn_at is not None:
        raise SurveyError(gettext("这项调查已经抽过样。"), gettext("要重新抽样，请另建一项调查。"))
    if survey.state == SurveyState.CLOSED:
        raise SurveyError(gettext("这项调查已经结束。"), gettext("请另建一项调查。"))
    made = plan(survey, frame)
    strata = {
        name: Stratum(survey=survey, name=name, population=population, sampled=sampled)
        for name, (population, sampled) in made.strata.items()
    }
    Stratum.objects.bulk_create(strata.values())
    phones = {member.key: member.phone for member in frame.members}
    invitations = [
        Invitation(survey=survey, stratum=strata[name], key=key, position=place, phone=phones[key] or None)
        for name, keys in made.drawn.items()
        for place, key in enumerate(keys, 1)
    ]
    Invitation.objects.bulk_create(invitations, batch_size=500)
    survey.frame = {"name": frame.name, "rows": made.population, "digest": made.digest}
    survey.frame_file, survey.drawn_at, survey.drawn_by = frame.file, now, actor
    survey.save(update_fields=["frame", "frame_file", "drawn_at", "drawn_by"])
    facts = {"seed": survey.seed, "sampled": made.sampled, **survey.frame}
    audit.record("surveys.draw", survey, actor=actor, after=facts)
    return made
