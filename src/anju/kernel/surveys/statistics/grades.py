"""Five grades of satisfaction: the rate (top two of the valid answers) and the mean score, which are never mixed."""

from __future__ import annotations

from enum import StrEnum


class GradeCode(StrEnum):
    """From best to worst; the last is no grade: it stands outside the denominator and its share is shown."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    NEUTRAL = "neutral"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"
    DONT_KNOW = "dont_know"


GRADES = tuple(GradeCode)[:5]
TOP_TWO = GRADES[:2]

# Scales in use; which one a figure was made with is printed beside it.
SCALES: dict[str, tuple[int, ...]] = {"100-20": (100, 80, 60, 40, 20), "100-0": (100, 75, 50, 25, 0)}


def satisfied(answer: str | None) -> float | None:
    """1 for very or fairly satisfied, 0 for the other grades, None for "don't know" and for no answer."""
    return float(answer in TOP_TWO) if answer in GRADES else None


def score(answer: str | None, scale: str) -> float | None:
    """The grade on a scale of ``SCALES``; None for "don't know" and for no answer."""
    return float(SCALES[scale][GRADES.index(GradeCode(answer))]) if answer in GRADES else None


def shown(n: int, least: int) -> bool:
    """Whether a cell has enough valid answers to be shown: fewer than ``least`` are suppressed."""
    return n >= least
