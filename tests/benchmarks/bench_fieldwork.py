"""``make bench-fieldwork``: what is done in the field, at the size of a city.

Surveys: 20,000 answers of 19 strata weighted, with standard errors, for each of ten questions.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import cache
from random import Random
from types import SimpleNamespace

ANSWERS, STRATA, QUESTIONS, ROUNDS = 20_000, 19, 10, 5
TARGET = 2.0  # seconds


def main() -> None:
    surveys()


def surveys() -> None:
    """Post-stratified, and raked to an age margin besides; all figures of the results page, strata too."""
    from anju.kernel.surveys.measuring.results import result

    for name, margins in (("按层加权", {}), ("另按年龄校正", {"age": {"young": 700_000, "old": 300_000}})):
        seconds = timed(lambda margins=margins: [result(on, q, 30) for on, q in survey(margins)])
        verdict = "达标" if seconds < TARGET else "超时"
        print(f"{ANSWERS}份答卷{QUESTIONS}题{name}并算误差  {seconds:.2f} s（目标{TARGET:.0f} s，{verdict}）")


def survey(margins: dict[str, dict[str, int]]) -> list[tuple[object, object]]:
    from anju.kernel.surveys.measuring.results import Basis

    on = Basis(SimpleNamespace(margins=margins, scale="100-20"), rows(), *sizes(), {})
    return [(on, question) for question in questions()]


def questions() -> list[object]:
    from anju.kernel.surveys.questions import Question

    return [Question(f"q{n}", "satisfaction", "满意吗？", dont_know=True) for n in range(QUESTIONS)]


def sizes() -> tuple[dict[str, int], dict[str, int]]:
    names = [f"层{n:02d}" for n in range(STRATA)]
    return {name: 50_000 + 10_000 * n for n, name in enumerate(names)}, dict.fromkeys(
        names, ANSWERS // STRATA
    )


@cache
def rows() -> list[object]:
    """The same answers for every round, from a seed."""
    from anju.kernel.surveys.measuring.results import Row
    from anju.kernel.surveys.statistics.grades import GradeCode

    random, grades = Random(1), [str(grade) for grade in GradeCode]
    made: list[object] = []
    for n in range(ANSWERS):
        said = {f"q{q}": random.choices(grades, (30, 40, 15, 8, 4, 3))[0] for q in range(QUESTIONS)}
        said["age"] = random.choice(("young", "old"))
        made.append(Row(n, f"层{n % STRATA:02d}", said))
    return made


def timed(work: Callable[[], object]) -> float:
    """Median of some rounds."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()
    main()
