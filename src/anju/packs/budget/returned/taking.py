"""Taking over what people rightly answered in a form, by the steps that keep it; all of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from anju.kernel import audit
from anju.kernel.documents.forms import Data, Tree
from anju.kernel.files.models import StoredFile
from anju.packs.budget.keeping import corrections, files
from anju.packs.budget.models import Line, LineTarget, RoundEntry
from anju.packs.budget.models.year import Likelihood
from anju.packs.budget.printing import contexts
from anju.packs.budget.reports import opinions, report
from anju.packs.budget.returned.comparing import Difference, compare, is_ticked
from anju.packs.budget.returned.fields import Verdict
from anju.packs.budget.returned.recognising import Filled, Place, ReturnedError
from anju.packs.budget.year import evaluations, printing, rounds

# Who may have what a form says taken over: those who take the same step on its own page.
PERMISSIONS = {
    "declaration": "budget.correct",
    "review": "budget.submit",
    "monitoring": "budget.report",
    "self_evaluation": "budget.report",
    "department": "budget.report",
    "report": "budget.report",
    "summary": "budget.report",
}
_LIKELY = {"sure": "certain", "possible": "possible", "impossible": "impossible"}
_WORST_FIRST = (Likelihood.IMPOSSIBLE, Likelihood.POSSIBLE, Likelihood.CERTAIN)
_BIAS = {own: code for code, own in printing.BIAS.items()}


@dataclass(frozen=True, slots=True)
class Compared:
    """A form beside the platform; ``differences`` in its order."""

    filled: Filled
    place: Place
    differences: list[Difference]

    @property
    def taken(self) -> list[Difference]:
        return [found for found in self.differences if found.verdict == Verdict.TAKE]

    @property
    def digest(self) -> str:
        """Changes when the form or what the platform holds of it changes."""
        said = repr([(found.path, found.said, found.held, found.verdict) for found in self.differences])
        return hashlib.sha256(said.encode()).hexdigest()


def compared(filled: Filled, place: Place) -> Compared:
    """A form beside what it would be printed with now. Raises ``FormError`` where nothing could be printed yet."""
    if filled.form == "monitoring":
        place = _of_round(filled, place)
    held, computed = _held(filled, place)
    found = compare(filled.form, filled.tree, held, computed)
    narrow = _NARROWED.get(filled.form)
    return Compared(filled, place, narrow(filled, place, found) if narrow else found)


def _held(filled: Filled, place: Place) -> tuple[Data, Mapping[str, int]]:
    if place.line is None:
        return printing.filled(filled.form, place.file, place.day)[""], {}
    stands = printing.standing_of(place.line, place.day)
    computed = {}
    if filled.form == "report":
        kept = report.kept_evaluation(place.line)
        computed = {code: len(rows) for code, rows in report.sections(stands, kept).items()}
    return printing.of_line(filled.form, stands), computed


@transaction.atomic
def take(found: Compared, stored: StoredFile, *, actor: str) -> int:
    """Take over every difference that can be; how many. Raises ``Refusal`` where a step refuses, and keeps nothing."""
    wanted = found.taken
    if not wanted:
        raise ReturnedError("表里没有可以存入的内容。", "请核对每处差异后面的说明。")
    _STEPS[found.filled.form](found.place, wanted, found.filled.tree, actor)
    subject = found.place.line or found.place.file
    after = {"form": found.filled.form, "sha256": stored.sha256, "taken": len(wanted)}
    audit.record("budget.form.take", subject, actor=actor, after=after)
    return len(wanted)


def _line(place: Place) -> Line:
    assert place.line is not None, "a form of a line is compared with a line"
    return place.line


# -- 目标申报表 ---------------------------------------------------------------------------------------------


def _printed_targets(line: Line) -> list[LineTarget]:
    """The kept rows in the order in which the declaration prints them."""
    held = list(LineTarget.objects.current().filter(line_key=line.key).order_by("order"))
    filled, slots = [row for row in held if not row.slot], [row for row in held if row.slot]
    read = files.load_line(line)
    owners = dict(zip(map(id, read.targets), filled, strict=True))
    owners |= zip(map(id, read.empty_slots), slots, strict=True)
    return [owners[id(target)] for target in contexts.rows_of(read)]


def _narrow_declaration(filled: Filled, place: Place, found: list[Difference]) -> list[Difference]:
    rows = _printed_targets(_line(place))
    why = gettext_noop("原表的空栏；新增指标请重新导入目标文件。")
    return [
        each.refused(Verdict.UNKEPT, why)
        if each.path[0] == "targets" and each.verdict == Verdict.TAKE and rows[int(each.path[1])].slot
        else each
        for each in found
    ]


def _correct(place: Place, wanted: list[Difference], tree: Tree, actor: str) -> None:
    line = _line(place)
    rows = _printed_targets(line)
    for each in wanted:
        if each.path[0] == "targets":
            corrections.correct_target(rows[int(each.path[1])], str(each.path[-1]), each.said, actor=actor)
        else:
            corrections.correct_line(line, str(each.path[-1]), each.said, actor=actor)


# -- 运行监控表 ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """What a monitoring form says of its line: the ticks and words of all rows together, the worst likelihood."""

    reasons: frozenset[str]
    likelihood: str
    note: str


def _of_round(filled: Filled, place: Place) -> Place:
    """People put the day on which they fill in for the day of the data; then the money shows which round it is."""
    entries = RoundEntry.objects.current().filter(round__day__lte=place.day, line_key=_line(place).key)
    entry = entries.select_related("round").order_by("-round__day").first()
    if entry is None or entry.round.day == place.day:
        return place
    money = (entry.figures["planned"] or "", report.wan(entry.figures["paid_fen"]))
    same = money == (filled.text("funds.planned"), filled.text("funds.paid"))
    return replace(place, day=entry.round.day) if same else place


def _entry(place: Place) -> RoundEntry | None:
    entries = RoundEntry.objects.current().filter(round__file=place.file, round__day=place.day)
    return entries.filter(line_key=_line(place).key).select_related("round").first()


def _told(tree: Tree) -> _Told:
    rows: list[Any] = tree["targets"] if isinstance(tree.get("targets"), list) else []  # type: ignore[assignment]
    ticked = {code for row in rows for name, code in _BIAS.items() if _says(row, "bias", name)}
    likely = {code for row in rows for name, code in _LIKELY.items() if _says(row, "likelihood", name)}
    words = [line.strip() for row in rows for line in row.get("reason", "").splitlines() if line.strip()]
    return _Told(
        frozenset(ticked),
        next((str(one) for one in _WORST_FIRST if one in likely), ""),
        "\n".join(dict.fromkeys(words)),
    )


def _says(row: Mapping[str, Any], group: str, name: str) -> bool:
    return is_ticked(row.get(group, {}).get(name, ""))


def _narrow_monitoring(filled: Filled, place: Place, found: list[Difference]) -> list[Difference]:
    """The platform keeps the words of a round by line, so a mark counts for the whole line."""
    entry, why = _entry(place), ""
    if entry is None:
        why = gettext_noop("平台没有这一天的正式监控，请先发起。")
    elif entry.round.closed_at:
        why = gettext_noop("这一轮监控已经结束，不能再填。")
    if entry is None or why:
        return [e.refused(Verdict.UNKEPT, why) if e.verdict == Verdict.TAKE else e for e in found]
    told = _told(filled.tree)
    return [_narrow_answer(each, told, entry) for each in found]


def _narrow_answer(each: Difference, told: _Told, entry: RoundEntry) -> Difference:
    if each.verdict != Verdict.TAKE:
        return each
    name = str(each.path[-1])
    if name == "reason":
        changes = told.note != entry.note
        why = gettext_noop("平台按项目记一条说明，已有这些话。")
    elif each.path[2] == "bias":
        changes = (_BIAS[name] in told.reasons) != (_BIAS[name] in entry.reasons)
        why = gettext_noop("平台按项目记偏差原因，别的指标还勾着这一项。")
    else:
        changes = told.likelihood != entry.likelihood
        why = gettext_noop("平台按项目记可能性，各指标不一样时按最差的记。")
    return each if changes else each.refused(Verdict.UNKEPT, why)


def _fill(place: Place, wanted: list[Difference], tree: Tree, actor: str) -> None:
    entry = _entry(place)
    assert entry is not None, "without an entry nothing is taken"
    told = _told(tree)
    note = told.note or entry.note
    rounds.fill(entry, sorted(told.reasons), told.likelihood, note, actor=actor)


# -- 自评表、评价报告、审核表 -------------------------------------------------------------------------------


def _narrow_evaluation(filled: Filled, place: Place, found: list[Difference]) -> list[Difference]:
    kept = report.kept_evaluation(_line(place))
    if kept is None or evaluations.is_open(kept):
        return found
    why = gettext_noop("自评已经提交，原因不能再改。")
    return [
        each.refused(Verdict.UNKEPT, why)
        if each.verdict == Verdict.TAKE and each.path[-1] == "reason"
        else each
        for each in found
    ]


def _explain(place: Place, wanted: list[Difference], tree: Tree, actor: str) -> None:
    stands = printing.standing_of(_line(place), place.day)
    kept = report.kept_evaluation(_line(place))
    assert kept is not None, "a form of a line without an evaluation is not compared"
    keys = printing.evaluated(stands, kept)
    reasons = {}
    for each in wanted:
        if each.path[-1] == "achieved":
            opinions.write(_line(place), "achieved", each.said, actor=actor)
        else:
            key = str(keys[int(each.path[1])].row.key) if each.path[0] == "targets" else "execution"
            reasons[key] = each.said
    if reasons:
        evaluations.explain(kept, reasons, actor=actor, on=place.day)


def _write(place: Place, wanted: list[Difference], tree: Tree, actor: str) -> None:
    """The opinions of a report, of a review, of the department overall."""
    names = {"opinion": "review"}
    held = [] if place.line else printing.filled("department", place.file, place.day)[""]["targets"]
    for each in wanted:
        topic = str(held[int(each.path[1])]["name"]) if each.path[0] == "targets" else ""  # type: ignore[index,call-overload]
        section = str(each.path[-1])
        subject = place.line or place.file
        opinions.write(subject, names.get(section, section), each.said, actor=actor, topic=topic)


_NARROWED: dict[str, Callable[[Filled, Place, list[Difference]], list[Difference]]] = {
    "declaration": _narrow_declaration,
    "monitoring": _narrow_monitoring,
    "self_evaluation": _narrow_evaluation,
}
_STEPS: dict[str, Callable[[Place, list[Difference], Tree, str], None]] = {
    "declaration": _correct,
    "review": _write,
    "monitoring": _fill,
    "self_evaluation": _explain,
    "department": _write,
    "report": _write,
}
