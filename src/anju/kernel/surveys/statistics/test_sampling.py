from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .sampling import Allocation, SamplingError, allocate, digest, draw, required_size

CITY = {"城北区": 5000, "城南区": 3000, "望湖区": 1900, "月亮岛": 100}


def test_sizes_of_the_specification() -> None:
    # z = 1.959964: z²·0.25/0.03² = 1,067.07; times 1.5 = 1,600.6; z²·0.25/0.05² = 384.15. All rounded up.
    assert required_size(0.03) == 1068
    assert required_size(0.03, deff=1.5) == 1601
    assert required_size(0.05) == 385
    # z²·0.1·0.9/0.05² = 138.29
    assert required_size(0.05, share=0.1) == 139


def test_a_small_population_needs_fewer() -> None:
    # 384.146 / (1 + 383.146/1000) = 277.73
    assert required_size(0.05, population=1000) == 278


@pytest.mark.parametrize("error", [0, 1, -0.03])
def test_an_error_that_is_none_is_refused(error: float) -> None:
    with pytest.raises(SamplingError, match="0和1之间"):
        required_size(error)


def test_proportional_by_largest_remainder() -> None:
    # 333 of 10,000: 166.5, 99.9, 63.27, 3.33; the two left go to the largest remainders, .9 and .5
    assert list(allocate(CITY, 333, Allocation.PROPORTIONAL).values()) == [167, 100, 63, 3]


def test_a_minimum_is_taken_from_the_others() -> None:
    # 30 for the island; 303 over 9,900: 153.03, 91.82, 58.15
    assert list(allocate(CITY, 333, Allocation.PROPORTIONAL, 30).values()) == [153, 92, 58, 30]


def test_equal_shares_stop_at_what_a_stratum_has() -> None:
    # 600/4 = 150 is more than the island's 100; 500 over three is 166.67, the names decide
    assert list(allocate(CITY, 600, Allocation.EQUAL).values()) == [167, 167, 166, 100]


def test_what_cannot_be_allocated_is_refused() -> None:
    with pytest.raises(SamplingError, match="不在1至10000"):
        allocate(CITY, 10_001, Allocation.EQUAL)
    with pytest.raises(SamplingError, match="各层最少样本合计200"):
        allocate(CITY, 150, Allocation.EQUAL, 50)


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 500), min_size=1, max_size=8),
    st.integers(1, 4000),
    st.sampled_from(Allocation),
    st.integers(0, 20),
)
def test_an_allocation_sums_up_and_keeps_its_bounds(
    populations: dict[str, int], size: int, how: Allocation, minimum: int
) -> None:
    size = min(size, sum(populations.values()))
    if sum(min(minimum, n) for n in populations.values()) > size:
        return
    given_out = allocate(populations, size, how, minimum)
    assert sum(given_out.values()) == size
    assert all(min(minimum, populations[h]) <= n <= populations[h] for h, n in given_out.items())


def test_the_draw_is_the_order_of_the_hashes_that_anybody_can_make() -> None:
    frame = {"甲": [f"户{i}" for i in range(50)], "乙": [f"乙户{i}" for i in range(20)]}
    drawn = draw(frame, {"甲": 7, "乙": 3}, "种子")
    by_hand = sorted(frame["甲"], key=lambda key: hashlib.sha256(f"种子:{key}".encode()).hexdigest())
    assert drawn["甲"] == by_hand[:7]
    assert len(drawn["乙"]) == 3
    # The order of the rows in the file changes nothing, another seed does.
    assert draw({"甲": reversed(frame["甲"])}, {"甲": 7}, "种子")["甲"] == drawn["甲"]
    assert draw(frame, {"甲": 7}, "别的")["甲"] != drawn["甲"]


def test_every_key_is_drawn_about_equally_often() -> None:
    keys = [f"k{i}" for i in range(20)]
    hits = dict.fromkeys(keys, 0)
    for seed in range(2000):
        for key in draw({"s": keys}, {"s": 5}, str(seed))["s"]:
            hits[key] += 1
    # 2,000 draws of 5 in 20: 500 times each, standard deviation 19.4; five of them are 97
    assert all(abs(n - 500) < 97 for n in hits.values())


def test_repeated_keys_and_short_strata_are_refused() -> None:
    with pytest.raises(SamplingError, match="“a”出现了不止一次"):
        draw({"甲": ["a"], "乙": ["a"]}, {"甲": 1}, "x")
    with pytest.raises(SamplingError, match="只有1户"):
        draw({"甲": ["a"]}, {"甲": 2}, "x")


def test_the_digest_names_the_frame_whatever_its_order() -> None:
    same = digest({"甲": ["b", "a"], "乙": ["c"]})
    assert same == digest({"乙": ["c"], "甲": ["a", "b"]})
    assert same == hashlib.sha256("乙\tc\n甲\ta\n甲\tb\n".encode()).hexdigest()
    assert same != digest({"甲": ["a"], "乙": ["b", "c"]})
