"""What is wrong with a project, by its own ledgers. Pure functions of facts; each says what it rests on.

A rule fires on what it can show, never on what is only missing: what was not reported is no fault here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_noop

from anju.kernel.works.judging.figures import Figures


@dataclass(frozen=True, slots=True)
class ShotFact:
    """A photo of this project, and where the same bytes were used before it: in words, or ""."""

    sha256: str
    day: date
    what: str
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class ProgressFact:
    """A report: how much of what on which day, by whom. ``metres`` is the way to its unit, None if not known."""

    key: UUID
    on: date
    item: str
    measure: str
    measure_words: str
    amount: Decimal
    unit: UUID | None = None
    unit_code: str = ""
    metres: float | None = None
    far_reason: str = ""


@dataclass(frozen=True, slots=True)
class TermFact:
    """A contract with its approved days added: number, first and last day, total and paid in fen."""

    number: str
    start: date
    end: date
    total_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class AcceptanceFact:
    """An acceptance: which body and person; whether either did the work."""

    words: str
    on: date
    body: str
    person: str
    body_did: bool
    person_did: bool


@dataclass(frozen=True, slots=True)
class CheckFact:
    on: date
    part: str
    passed: bool
    note: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A project as the rules see it.

    ``places_done_elsewhere`` are (unit code, other project) of units whose place another project did as well.
    """

    code: str
    kind: str
    year: int
    carried_from: int | None
    carried_to: int | None
    contracted: bool
    completed_on: date | None
    accepted_share: Decimal | None
    figures: Figures
    progress: tuple[ProgressFact, ...] = ()
    shots: tuple[ShotFact, ...] = ()
    terms: tuple[TermFact, ...] = ()
    acceptances: tuple[AcceptanceFact, ...] = ()
    checks: tuple[CheckFact, ...] = ()
    places_done_elsewhere: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule fired: ``label`` tells one trouble of a rule from another, ``message`` says it in a sentence."""

    rule: str
    grade: str
    label: str
    message: str


Rule = Callable[[Facts], Iterator[Hit]]


def same_photo(facts: Facts) -> Iterator[Hit]:
    """One photo proves one thing: the same bytes for another unit, day or project prove nothing. Our design."""
    for shot in facts.shots:
        if shot.earlier:
            yield Hit(
                "works.same_photo",
                "high",
                f"{shot.sha256[:16]} {shot.day} {shot.what}",
                f"{shot.day}{shot.what}的照片与{shot.earlier}的是同一张。",
            )


def impossible_pace(facts: Facts) -> Iterator[Hit]:
    """More in a day than the figure in force for the kind and measure (``works.figures``, pace). Our design."""
    days: dict[tuple[date, str, str], Decimal] = defaultdict(Decimal)
    for row in facts.progress:
        days[row.on, row.measure, row.measure_words] += row.amount
    for (on, measure, words), amount in sorted(days.items()):
        pace = facts.figures.pace(facts.kind, measure, on)
        if pace and amount > pace.most_a_day:
            most = f"{pace.most_a_day.normalize():f}{words}"
            yield Hit(
                "works.impossible_pace",
                "high",
                f"{on} {words}",
                f"{on}一天报了{amount.normalize():f}{words}，超过每天{most}（{pace.basis}）。",
            )


def accepted_by_doer(facts: Facts) -> Iterator[Hit]:
    """验收由非施工单位、非施工人办理: by someone other than the doer (glossary: acceptance), also as imported."""
    for row in facts.acceptances:
        who = row.body if row.body_did else row.person
        if row.body_did or row.person_did:
            yield Hit(
                "works.accepted_by_doer",
                "crit",
                f"{row.on} {row.words}",
                f"{row.on}的{row.words}由施工方{who}自己办理，不能作数。",
            )


def contract_gap(facts: Facts) -> Iterator[Hit]:
    """Work on a day on which no contract was in force: none at all, or expired (民法典第七百八十九条 wants it written)."""
    if not facts.contracted:
        return
    days = sorted(
        {row.on for row in facts.progress if not any(t.start <= row.on <= t.end for t in facts.terms)}
    )
    if not days:
        return
    last = max((term.end for term in facts.terms), default=None)
    if last is None:
        words = f"有{len(days)}天报了进度，但没有登记合同。"
    elif days[-1] > last:
        words = f"合同{last}到期后，{days[-1]}仍在报进度，没有续签或顺延。"
    else:
        words = f"{days[0]}报了进度，当天没有有效的合同。"
    yield Hit("works.contract_gap", "high", "合同", words)


def paid_ahead(facts: Facts) -> Iterator[Hit]:
    """Paid more than accepted work and prepayment on the rest (财建〔2004〕369号第十二条, from memory) allow."""
    share = facts.accepted_share
    if share is None:
        return
    for term in facts.terms:
        ceiling = share + facts.figures.prepayment * (1 - share)
        if term.paid_fen > ceiling * term.total_fen:
            part = Decimal(term.paid_fen) * 100 / term.total_fen
            yield Hit(
                "works.paid_ahead",
                "crit" if term.paid_fen > term.total_fen else "high",
                term.number,
                f"合同{term.number}已付{part:.1f}%，验收只到{share * 100:.1f}%，加预付款最多付{ceiling * 100:.1f}%。",
            )


def after_completion(facts: Facts) -> Iterator[Hit]:
    """Progress on a day after the completion that was reported. Our design."""
    late = sorted(row.on for row in facts.progress if facts.completed_on and row.on > facts.completed_on)
    if late:
        yield Hit(
            "works.after_completion",
            "warn",
            "完工以后",
            f"{facts.completed_on}已报完工，{late[0]}以后又报了{len(late)}条进度。",
        )


def unit_twice(facts: Facts) -> Iterator[Hit]:
    """A unit that two reports did, or a place that another project of this kind did as well. Our design."""
    days: dict[tuple[UUID, str], list[date]] = defaultdict(list)
    for row in facts.progress:
        if row.unit:
            days[row.unit, row.unit_code].append(row.on)
    for (_, code), found in sorted(days.items(), key=lambda entry: entry[0][1]):
        if len(found) > 1:
            told = "、".join(str(day) for day in sorted(found))
            yield Hit("works.unit_twice", "high", code, f"单元{code}报了{len(found)}次完成（{told}）。")
    for code, other in facts.places_done_elsewhere:
        yield Hit("works.unit_twice", "high", code, f"单元{code}在{other}里也报了完成，是同一个地点。")


def far_position(facts: Facts) -> Iterator[Hit]:
    """A report far from its unit without a reason: the figure in force says how far. Our design."""
    most = facts.figures.metres_from_unit
    for row in facts.progress:
        if row.metres is not None and row.metres > most and not row.far_reason:
            yield Hit(
                "works.far_position",
                "warn",
                f"{row.unit_code} {row.on}",
                f"{row.on}单元{row.unit_code}的进度是在{row.metres:.0f}米外报的，没有写原因。",
            )


def carried_counted(facts: Facts) -> Iterator[Hit]:
    """Work of another year counted in this one: 2021 counts 16,500 houses apart from the 24,224 of 2020 (B16DX0011)."""
    if facts.carried_from is None:
        early = sorted(row.on for row in facts.progress if row.on.year < facts.year)
        if early:
            yield Hit(
                "works.carried_counted",
                "high",
                "上年",
                f"{early[0]}等{len(early)}条进度是{facts.year}年以前做的，却算在{facts.year}年；应列为结转。",
            )
    if facts.carried_to is not None:
        late = sorted(row.on for row in facts.progress if row.on.year >= facts.carried_to)
        if late:
            yield Hit(
                "works.carried_counted",
                "high",
                "下年",
                f"项目已结转到{facts.carried_to}年，{late[0]}起的{len(late)}条进度仍报在{facts.year}年。",
            )


def check_failed(facts: Facts) -> Iterator[Hit]:
    """The last check of a part did not pass (建设工程质量管理条例第三十七条: no next step before it is right)."""
    last: dict[str, CheckFact] = {}
    for row in sorted(facts.checks, key=lambda row: row.on):
        last[row.part] = row
    for part, row in sorted(last.items()):
        if not row.passed:
            yield Hit(
                "works.check_failed", "high", f"{part} {row.on}", f"{row.on}检查“{part}”不合格：{row.note}"
            )


# Code → name and rule, in the order in which a page shows them.
RULES: dict[str, tuple[str, Rule]] = {
    "works.same_photo": (gettext_noop("照片重复使用"), same_photo),
    "works.impossible_pace": (gettext_noop("进度快得不可能"), impossible_pace),
    "works.accepted_by_doer": (gettext_noop("施工方自己验收"), accepted_by_doer),
    "works.contract_gap": (gettext_noop("没有有效合同"), contract_gap),
    "works.paid_ahead": (gettext_noop("付款超前"), paid_ahead),
    "works.after_completion": (gettext_noop("完工后又报进度"), after_completion),
    "works.unit_twice": (gettext_noop("单元重复完成"), unit_twice),
    "works.far_position": (gettext_noop("不在现场填报"), far_position),
    "works.carried_counted": (gettext_noop("结转混入当年"), carried_counted),
    "works.check_failed": (gettext_noop("质量检查不合格"), check_failed),
}


def hits(facts: Facts) -> list[Hit]:
    return [hit for _, rule in RULES.values() for hit in rule(facts)]
