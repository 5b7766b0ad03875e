from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anju.kernel.values import rulebooks
from anju.kernel.values.datarows import RowError
from anju.packs.heating.accounts import repairs, scores, subsidy
from anju.packs.heating.accounts.repairs import Evidence
from anju.packs.heating.accounts.scores import Mark
from anju.packs.heating.accounts.subsidy import Claim, SubsidyError
from anju.packs.heating.figures import figures

ON = date(2021, 1, 1)
FIGURES = figures(ON)
AREA = Decimal("50130000")


def test_subsidy_by_area_is_903_thousandths_of_a_yuan() -> None:
    """45.25 million yuan over 50.13 million m² (section 7)."""
    rate = subsidy.rate_per_area(4_525_000_000, AREA)
    assert round(rate, 3) == Decimal("0.903")
    assert subsidy.by_area(Decimal("0.903"), AREA) == 4_526_739_000
    with pytest.raises(SubsidyError):
        subsidy.rate_per_area(1, Decimal(0))


def test_extended_days_cost_2742_thousand_yuan_each() -> None:
    """60.33 million yuan over 22 days, and 0.0547 yuan/m²·day (section 7)."""
    daily = subsidy.rate_per_day(6_033_000_000, 22)
    assert daily == 274_227_273
    assert round(Decimal(daily) / 100 / AREA, 4) == Decimal("0.0547")
    assert subsidy.by_days(daily, AREA / 2, AREA, 11) == 1_508_250_002
    with pytest.raises(SubsidyError):
        subsidy.rate_per_day(1, 0)


def test_verified_area_leaves_out_what_had_no_heat() -> None:
    assert Claim("甲", Decimal(100), Decimal(10), Decimal(5)).verified == 85
    with pytest.raises(SubsidyError, match="甲"):
        _ = Claim("甲", Decimal(100), Decimal(90), Decimal(20)).verified


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=12))
def test_shares_add_up_to_the_fen_and_follow_the_area(fen: int, areas: list[int]) -> None:
    claims = [Claim(f"{n:02}", Decimal(area)) for n, area in enumerate(areas)]
    given_out = subsidy.shared(fen, claims)
    assert sum(given_out.values()) == fen
    for claim in claims:
        assert abs(given_out[claim.company] - fen * claim.area / sum(areas)) < 1


def test_a_share_needs_area_and_each_company_once() -> None:
    for claims in ([], [Claim("甲", Decimal(0))], [Claim("甲", Decimal(1)), Claim("甲", Decimal(2))]):
        with pytest.raises(SubsidyError):
            subsidy.shared(100, claims)


@pytest.mark.parametrize(
    ("supply", "outcome"),
    [
        ([45.0] * 24, "proven"),
        ([45.0] * 22 + [44.0] * 2, "proven"),
        ([45.0] * 21 + [44.0] * 3, "failed"),
        ([45.0] * 23 + [float("nan")], "proven"),
        ([45.0] * 22 + [float("nan")] * 2, "unverified"),
        ([float("nan")] * 24, "unverified"),
    ],
    ids=["all", "22 of 24", "21 of 24", "23 came", "22 came", "none"],
)
def test_a_station_day_needs_90_per_cent_at_95_per_cent(supply: list[float], outcome: str) -> None:
    assert subsidy.station_day(np.array(supply), np.full(24, 45.0), 24, FIGURES) == outcome


def test_unverified_days_are_not_paid() -> None:
    assert subsidy.counted(["proven"] * 20 + ["failed", "unverified"]) == subsidy.StationDays(20, 1, 1)


def test_late_data_make_a_difference_that_is_told() -> None:
    changes = subsidy.recomputed({"甲": 100, "乙": 50, "丙": 7}, {"甲": 90, "乙": 50, "丁": 30})
    assert [(one.company, one.difference) for one in changes] == [("丁", 30), ("甲", -10), ("丙", -7)]


def test_weights_of_section_6_are_data() -> None:
    weights = scores.scheme(ON).weights
    assert [int(weights[part]) for part in scores.PARTS] == [35, 20, 15, 15, 5, 5, 5]


def test_a_score_by_hand() -> None:
    """0.95·35 + 0.8·20 + 1·15 + 0.5·15 + 1·5 + 1·5 = 81.75 of 95; the emergencies have no evidence. Of 100: 86.05."""
    shares = {
        "room": "0.95",
        "complaints": "0.8",
        "stability": "1",
        "energy": "0.5",
        "makeup": "1.4",
        "delivery": "1",
    }
    marks = {part: Mark(Decimal(share), "见证据") for part, share in shares.items()}
    found = scores.score(marks | {"emergency": Mark(None)}, scores.scheme(ON))
    assert (found.total, found.weight, found.points["emergency"]) == (Decimal("81.75"), 95, None)
    assert found.of_100 == Decimal("86.05")


def test_a_mark_without_evidence_gives_no_points() -> None:
    found = scores.score({"room": Mark(Decimal(1)), "makeup": Mark(Decimal(1), "x")}, scores.scheme(ON))
    assert (found.total, found.of_100) == (5, None)


@given(st.dictionaries(st.sampled_from(scores.PARTS), st.decimals(-1, 2, places=3)))
def test_a_score_is_never_above_its_weight(shares: dict[str, Decimal]) -> None:
    found = scores.score({part: Mark(share, "x") for part, share in shares.items()}, scores.scheme(ON))
    assert 0 <= found.total <= found.weight <= 100


@pytest.mark.parametrize(
    ("old", "new"), [('room = "35"', 'room = "36"'), ('room = "35"', 'rooms = "35"'), ('"20"', "20")]
)
def test_weights_that_do_not_total_100_are_refused(old: str, new: str) -> None:
    with pytest.raises(RowError):
        scores.load(rulebooks.packaged(scores.SOURCE).replace(old, new))


def test_the_unit_cost_of_the_ageing_network() -> None:
    """9 million yuan for 3.5 km: 2.57 million a km; twice that is asked about."""
    usual = repairs.pipe_unit_cost(900_000_000, Decimal("3.5"), FIGURES)
    assert usual is not None
    assert (round(usual.cost / 1_000_000, 2), usual.plausible) == (Decimal("2.57"), True)
    dear = repairs.pipe_unit_cost(1_800_000_000, Decimal("3.5"), FIGURES)
    assert dear is not None
    assert not dear.plausible
    assert repairs.pipe_unit_cost(1, Decimal(0), FIGURES) is None


def test_the_worst_communities_come_first_with_their_reasons() -> None:
    """By rank: A is worst in both, B in the middle; C is worst in nothing, D was not measured."""
    found = repairs.ranked(
        [
            ("C", 900, Evidence(repeats=1, deficit=0.01)),
            ("A", 500, Evidence(repeats=9, deficit=0.30)),
            ("B", 700, Evidence(repeats=5)),
            ("D", 999, Evidence()),
        ]
    )
    assert [(one.name, one.urgency, one.measured) for one in found] == [
        ("A", 1.0, 2),
        ("B", 0.5, 1),
        ("C", 0.0, 2),
        ("D", 0.0, 0),
    ]
    assert found[0].reasons == ("repeats", "deficit")


@given(st.lists(st.floats(0, 100), min_size=2, max_size=15), st.floats(0, 50))
def test_getting_worse_never_lowers_the_urgency(values: list[float], more: float) -> None:
    def urgency(first: float) -> float:
        rows = [
            ("x", 1, Evidence(deficit=first)),
            *((str(n), 1, Evidence(deficit=v)) for n, v in enumerate(values[1:])),
        ]
        return next(one.urgency for one in repairs.ranked(rows) if one.name == "x")

    assert urgency(values[0] + more) >= urgency(values[0])


def test_the_proof_is_against_the_untreated() -> None:
    """Treated from 80 to 95 %, untreated from 82 to 86 %: 11 points of the 15 are the repair's."""
    found = repairs.proof([(0.80, 0.95)], [(0.82, 0.86)])
    assert found is not None
    assert found.effect == pytest.approx(0.11)
    assert repairs.proof([], [(1, 1)]) is None
