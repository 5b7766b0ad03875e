"""From the lists of a decoded message to columns: what every text protocol needs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anju.gateway.adapters import CODE_OF
from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.quality import FIRST_BAD, Quality

_MALFORMED = CODE_OF[Reason.MALFORMED]
_NANOSECOND = pa.timestamp("ns", tz="UTC")
# Milliseconds outside 1973 and 2200 are another unit or nonsense: seconds of today lie below.
_FIRST_TIME, _LAST_TIME = 100_000_000_000, 7_258_118_400_000
_WORDS = {
    "good": Quality.GOOD,
    "uncertain": Quality.SOURCE_UNCERTAIN,
    "bad": Quality.SOURCE_BAD,
}


def numbers(given: Sequence[Any]) -> NDArray[np.float64]:
    """Numbers as they are, true and false as 1 and 0; what is none (text, null) becomes NaN and keeps its place."""
    column = _plain(given)
    if column.dtype.kind in "iufb":
        return column.astype(np.float64, copy=False)
    return np.array([_number(one) for one in given], np.float64)


def times(given: Sequence[Any], faults: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Milliseconds, or ISO 8601 with its offset; what is neither is marked in ``faults`` and becomes 0."""
    column = _plain(given)
    if column.dtype.kind == "U":
        try:
            parsed = pa.array(given, pa.string()).cast(_NANOSECOND).view(pa.int64())
            return within(parsed.to_numpy(zero_copy_only=False) // 1_000_000, faults)
        except (pa.ArrowException, TypeError):
            pass
    elif column.dtype.kind == "i":
        return within(column.astype(np.int64, copy=False), faults)
    return within(np.array([_time(one) for one in given], np.int64), faults)


def _plain(given: Sequence[Any]) -> NDArray[Any]:
    """A column of one kind where NumPy finds one, else of objects."""
    try:
        column = np.array(given)
    except (ValueError, OverflowError):
        return np.array([], object)
    return column if column.ndim == 1 else np.array([], object)


def within(column: NDArray[np.int64], faults: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Times that are none are marked, so that seconds sent as milliseconds are not stored in 1970."""
    wrong = (column < _FIRST_TIME) | (column > _LAST_TIME)
    if wrong.any():
        faults[wrong] = _MALFORMED
        column = np.where(wrong, 0, column)
    return column


def qualities(given: Sequence[Any]) -> NDArray[np.uint8]:
    """``good``, ``uncertain``, ``bad`` of the sender; a word that we do not know counts as uncertain."""
    return np.array([_quality(one) for one in given], np.uint8)


def _quality(one: Any) -> int:
    if one is None:
        return Quality.GOOD
    if isinstance(one, str):
        return _WORDS.get(one.lower(), Quality.SOURCE_UNCERTAIN)
    if isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 256:
        return (
            Quality.GOOD if one == 0 else Quality.SOURCE_UNCERTAIN if one < FIRST_BAD else Quality.SOURCE_BAD
        )
    return Quality.SOURCE_UNCERTAIN


def _number(one: Any) -> float:
    try:
        return float(one) if isinstance(one, int | float) else math.nan
    except OverflowError:
        return math.nan


def _time(one: Any) -> int:
    if isinstance(one, str):
        try:
            return int(pa.scalar(one).cast(_NANOSECOND).value) // 1_000_000
        except (pa.ArrowException, TypeError):
            return 0
    return one if isinstance(one, int) and not isinstance(one, bool) and abs(one) < 2**62 else 0
