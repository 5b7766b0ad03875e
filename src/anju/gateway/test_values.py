"""Lists of senders become columns; what is none keeps its place."""

from __future__ import annotations

import numpy as np

from anju.gateway import values
from anju.gateway.adapters import CODE_OF
from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.quality import Quality

MALFORMED = CODE_OF[Reason.MALFORMED]


def test_what_is_no_number_keeps_its_place() -> None:
    assert values.numbers([1, 2.5]).tolist() == [1.0, 2.5]
    assert values.numbers([True, False]).tolist() == [1.0, 0.0]
    mixed = values.numbers([1, None, "7", [2], 10**400, True])
    assert np.isnan(mixed).tolist() == [False, True, True, True, True, False]
    assert values.numbers(["1", "2"]).tolist() != [1.0, 2.0]


def test_times_are_milliseconds_or_iso_with_an_offset() -> None:
    faults = np.zeros(3, np.uint8)
    given = ["2026-11-28T10:00:00+08:00", "2026-11-28T02:00:00.123456Z", "2026-11-28 10:00:00.5+0800"]
    assert values.times(given, faults).tolist() == [1795831200000, 1795831200123, 1795831200500]
    assert faults.tolist() == [0, 0, 0]
    assert values.times([1795831200000] * 3, faults).tolist() == [1795831200000] * 3


def test_a_time_without_offset_seconds_or_nonsense_is_marked() -> None:
    given = [
        "2026-11-28T10:00:00",
        1_795_831_200,
        None,
        1_795_831_200_000,
        True,
        10**30,
        "2026-11-28T02:00:00Z",
    ]
    faults = np.zeros(len(given), np.uint8)
    times = values.times(given, faults)
    assert (faults == MALFORMED).tolist() == [True, True, True, False, True, True, False]
    assert times.tolist() == [0, 0, 0, 1795831200000, 0, 0, 1795831200000]


def test_words_of_the_sender() -> None:
    given = [None, "good", "BAD", "uncertain", "strange", 0, 3, 70, True, -1]
    assert values.qualities(given).tolist() == [
        Quality.GOOD,
        Quality.GOOD,
        Quality.SOURCE_BAD,
        Quality.SOURCE_UNCERTAIN,
        Quality.SOURCE_UNCERTAIN,
        Quality.GOOD,
        Quality.SOURCE_UNCERTAIN,
        Quality.SOURCE_BAD,
        Quality.SOURCE_UNCERTAIN,
        Quality.SOURCE_UNCERTAIN,
    ]
