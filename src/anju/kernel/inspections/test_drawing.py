"""The draw: weights decide how often, a seed decides what, and groups never come twice running."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from anju.kernel.inspections import drawing
from anju.kernel.inspections.drawing import Candidate, Facts, Setting, Weights
from anju.kernel.inspections.items import InspectionError

WEIGHTS = Weights(*map(Decimal, ("1", "2", "3", "2", "1", "12")))
DAYS = drawing.days_of(date(2021, 10, 1), date(2021, 10, 31))
COUNTIES, KINDS = [f"县{n}" for n in range(19)], ("工地", "搅拌站", "城市道路", "干道", "渣土")
AREAS = {f"{kind}/{county}": county for county in COUNTIES for kind in KINDS}
GROUPS = [f"第{n}组" for n in range(1, 9)]


def setting(seed: str = "s", **changes: object) -> Setting:
    return replace(Setting(seed, AREAS, DAYS, GROUPS), **changes)  # type: ignore[arg-type]


def candidates(each: int = 3) -> list[Candidate]:
    return [Candidate(cell, f"place:{n}", Decimal(1 + n)) for cell in AREAS for n in range(each)]


def test_weights_add_up() -> None:
    # 1 + 2·3 alarm days + 3·1 overdue + 2·2 complaints + 60/30 months = 16
    assert WEIGHTS.of(Facts(3, 1, 2, 60)) == Decimal(16)
    assert WEIGHTS.of(Facts()) == Decimal(13)  # never visited: 1 + 12


def test_the_key_can_be_made_by_hand() -> None:
    # printf '%s:%s:%s' s 工地/县0 place:1 | sha256sum, first 13 digits as u, then u^(1/2)
    n = int(hashlib.sha256("s:工地/县0:place:1".encode()).hexdigest()[:13], 16)
    assert drawing.key_of("s", Candidate("工地/县0", "place:1", Decimal(2))) == pytest.approx(
        math.sqrt((n + 0.5) / 2**52)
    )


def test_how_often_an_object_is_drawn_follows_its_weight() -> None:
    """Weights 1, 3 and 6: shares 0.1, 0.3 and 0.6. With 4,000 draws three standard errors are at most 0.024."""
    rows = [Candidate("工地/县0", f"place:{w}", Decimal(w)) for w in (1, 3, 6)]
    one = setting(areas={"工地/县0": "县0"})
    counts = Counter(
        next(
            r.candidate.subject
            for r in drawing.draw(rows, replace(one, seed=str(seed)))[0].objects
            if r.drawn
        )
        for seed in range(4000)
    )
    for weight in (1, 3, 6):
        assert counts[f"place:{weight}"] / 4000 == pytest.approx(weight / 10, abs=0.024)


def test_the_same_seed_gives_the_same_plan_whatever_the_order_of_the_rows() -> None:
    rows = candidates()
    plan = drawing.draw(rows, setting())
    assert drawing.draw(rows[::-1], setting()) == plan
    assert drawing.draw(rows, setting("t")) != plan


def test_ninety_five_cells_each_with_day_group_and_object() -> None:
    plan = drawing.draw(candidates(), setting(count=2))
    assert len(plan) == 95 == len({slot.cell for slot in plan})
    assert all(sum(ranked.drawn for ranked in slot.objects) == 2 for slot in plan)
    assert all([ranked.rank for ranked in slot.objects] == [1, 2, 3] for slot in plan)
    # The State Council's notice for 2021: 1 to 7 October off, 9 October (a Saturday) on
    assert DAYS[0] == date(2021, 10, 8)
    assert DAYS[1] == date(2021, 10, 9)
    assert {slot.day for slot in plan} == set(DAYS)
    # 95 cells over 17 days: five or six a day; 95 over eight groups: rotation allows a spread of two around 12
    assert set(Counter(slot.day for slot in plan).values()) == {5, 6}
    loads = Counter(slot.group for slot in plan).values()
    assert max(loads) - min(loads) <= 2


@pytest.mark.parametrize("groups", [GROUPS, GROUPS[:2], GROUPS[:3]])
@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_no_group_twice_running_in_one_county(groups: list[str], seed: str) -> None:
    last = dict.fromkeys(COUNTIES, groups[0])
    running: dict[str, list[str]] = defaultdict(list)
    for slot in drawing.draw(candidates(), setting(seed, groups=groups, last=last)):
        running[AREAS[slot.cell]].append(slot.group)
    for county, given in running.items():
        assert all(one != other for one, other in zip([last[county], *given], given, strict=False))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": []}, "没有工作日"),
        ({"groups": ["甲", "甲"]}, "不足两个"),
        ({"count": 4}, "只有3个对象，不够抽4个"),
        ({"areas": {}}, "没有格子"),
        ({"count": 0}, "没有格子"),
    ],
)
def test_what_cannot_be_drawn(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InspectionError, match=words):
        drawing.draw(candidates(), setting(**changes))


def test_an_object_twice_or_without_weight() -> None:
    one = setting(areas={"工地/县0": "县0"})
    row = Candidate("工地/县0", "place:1", Decimal(1))
    with pytest.raises(InspectionError, match="重复"):
        drawing.draw([row, row], one)
    with pytest.raises(InspectionError, match="不是正数"):
        drawing.draw([replace(row, weight=Decimal(0))], one)
