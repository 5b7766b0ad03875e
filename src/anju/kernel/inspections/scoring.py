"""What a visit comes to: its result and its points. Pure.

Our design, after the spirit of JGJ 59-2011, which deducts points by item and fails a site for one grave item: the
share of the points of all applicable items that was kept, and a result that one grave failure decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from anju.kernel.inspections.items import Item, Verdict, verdict

_TENTH = Decimal("0.1")


class Outcome(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    GRAVE = "grave"


@dataclass(frozen=True, slots=True)
class Score:
    """``kept`` of ``applicable`` points, how many items passed of those judged, and what failed by severity.

    ``points`` is 100·kept/applicable to a tenth, half to even; None where no item with points applied.
    """

    outcome: Outcome
    kept: int
    applicable: int
    passed: int
    judged: int
    failed: tuple[str, ...]

    @property
    def points(self) -> Decimal | None:
        if not self.applicable:
            return None
        exact = Decimal(100 * self.kept) / self.applicable
        return exact.quantize(_TENTH, ROUND_HALF_EVEN)


def score(items: Sequence[Item], answers: Mapping[str, str]) -> Score:
    """The score of answers that were checked: one that an item does not know raises ``ValueError``."""
    judged = [
        (item, said)
        for item in items
        if item.code in answers
        and (said := verdict(item, answers[item.code])) in (Verdict.PASS, Verdict.FAIL)
    ]
    failed = [item for item, said in judged if said == Verdict.FAIL]
    applicable = sum(item.points for item, _ in judged)
    worst = max((item.severity for item in failed), default=0)
    return Score(
        Outcome.GRAVE if worst == 3 else Outcome.FAIL if failed else Outcome.PASS,
        applicable - sum(item.points for item in failed),
        applicable,
        len(judged) - len(failed),
        len(judged),
        tuple(item.code for item in failed),
    )
