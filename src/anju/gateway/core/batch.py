"""Messages that came together become numbered frames and points, all columns at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anju.gateway.adapters import CODE_OF, REASONS, Message, Outcome
from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.quality import Quality
from anju.kernel.telemetry.snapshot import Snapshot

# Of a refused message so many bytes are kept at most; nothing longer is taken from anybody.
RAW_LIMIT = 16 * 1024 * 1024
_UNKNOWN, _FUTURE, _TOO_OLD = (
    CODE_OF[reason] for reason in (Reason.UNKNOWN_TAG, Reason.FUTURE, Reason.TOO_OLD)
)

Judge = Callable[[Points], Points]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Frames and points to be committed, and for each message what its sender will be told."""

    frames: list[Frame]
    points: Points
    outcomes: list[Outcome]


@dataclass(frozen=True, slots=True)
class _Columns:
    """All values of some messages one after the other; ``at`` is the place of each one's message among them."""

    at: NDArray[np.intp]
    series: NDArray[np.uint32]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    faults: NDArray[np.uint8]


def prepare(
    messages: Sequence[Message],
    first: int,
    known: Callable[[bytes], bool],
    snapshot: Snapshot,
    judge: Judge,
) -> Prepared:
    """Number messages from ``first`` on, leave out repeats, apply scale and offset, judge what remains."""
    keys = [key_of(message.source, message.identity) for message in messages]
    fresh = _fresh(messages, keys, known)
    whole = [
        number for number, message in enumerate(messages) if number in fresh and message.values is not None
    ]
    columns = _columns([messages[number] for number in whole])
    refused = _refusals(columns, [messages[number] for number in whole], snapshot)
    kept = refused == 0
    numbers = np.array(whole, np.uint64) + np.uint64(first)
    received = np.array([messages[number].received for number in whole], np.int64)
    points = judge(_points(columns, kept, numbers, received, snapshot))
    shares = dict(zip(whole, _shares(columns, refused, points.quality, len(whole)), strict=True))
    frames, outcomes = [], []
    for number, message in enumerate(messages):
        share = shares.get(number)
        status, reason = _verdict(message, number in fresh, share)
        counts = (share.kept, len(share.refused) - share.kept) if share else (0, 0)
        raw = b"" if status is Status.REPEAT else message.raw[:RAW_LIMIT]
        frames.append(
            Frame(
                first + number,
                message.source,
                message.received,
                message.protocol,
                keys[number],
                status,
                reason,
                *counts,
                raw,
            )
        )
        outcomes.append(
            Outcome(
                first + number,
                status,
                reason,
                counts[0],
                share.refused if share else None,
                share.quality if share else None,
            )
        )
    return Prepared(frames, points, outcomes)


def _fresh(messages: Sequence[Message], keys: list[bytes], known: Callable[[bytes], bool]) -> set[int]:
    """Which messages are not repeats. Only what was accepted makes a repeat: a refused message may come again."""
    seen: set[bytes] = set()
    fresh = set()
    for number, (message, key) in enumerate(zip(messages, keys, strict=True)):
        if message.values is None:
            fresh.add(number)
        elif key not in seen and not known(key):
            seen.add(key)
            fresh.add(number)
    return fresh


def _columns(messages: list[Message]) -> _Columns:
    parts = [message.values for message in messages if message.values is not None]
    sizes = [len(part) for part in parts]
    at = np.repeat(np.arange(len(parts)), sizes)

    def column(name: str, kind: type[Any]) -> NDArray[Any]:
        given = [getattr(part, name) for part in parts]
        if all(one is None for one in given):
            return np.zeros(len(at), kind)
        return np.concatenate(
            [
                np.zeros(size, kind) if one is None else one.astype(kind, copy=False)
                for one, size in zip(given, sizes, strict=True)
            ]
        )

    return _Columns(
        at,
        column("series", np.uint32),
        column("time", np.int64),
        column("value", np.float64),
        column("quality", np.uint8),
        column("faults", np.uint8),
    )


def _refusals(columns: _Columns, messages: list[Message], snapshot: Snapshot) -> NDArray[np.uint8]:
    """For each value why it cannot be kept, as a code of ``REASONS``; 0 where it can."""
    owners = snapshot.series.source
    sources = np.array([message.source for message in messages], np.uint32)
    oldest = np.array([message.oldest for message in messages], np.int64)
    latest = np.array([message.received + _skew(message, snapshot) for message in messages], np.int64)
    series = np.where(columns.series < len(owners), columns.series, 0)
    foreign = (series == 0) | (owners[series] != sources[columns.at])
    refused = np.zeros(len(series), np.uint8)
    refused[columns.time < oldest[columns.at]] = _TOO_OLD
    refused[columns.time > latest[columns.at]] = _FUTURE
    refused[foreign] = _UNKNOWN
    return np.where(columns.faults > 0, columns.faults, refused)


def _skew(message: Message, snapshot: Snapshot) -> int:
    """How far ahead of our clock, in ms, a source may be."""
    source = snapshot.by_number.get(message.source)
    return source.skew * 1000 if source else 0


def _points(
    columns: _Columns,
    kept: NDArray[np.bool_],
    numbers: NDArray[np.uint64],
    received: NDArray[np.int64],
    snapshot: Snapshot,
) -> Points:
    series, at = columns.series[kept], columns.at[kept]
    value = columns.value[kept] * snapshot.series.scale[series] + snapshot.series.offset[series]
    quality = columns.quality[kept]
    quality[~np.isfinite(value)] = Quality.NOT_A_NUMBER
    return Points(series, columns.time[kept], value, quality, received[at], numbers[at])


@dataclass(frozen=True, slots=True)
class _Share:
    """What became of the values of one message."""

    kept: int
    refused: NDArray[np.uint8]
    quality: NDArray[np.uint8]


def _shares(
    columns: _Columns, refused: NDArray[np.uint8], judged: NDArray[np.uint8], messages: int
) -> list[_Share]:
    """The columns cut by message again."""
    quality = np.zeros(len(refused), np.uint8)
    quality[refused == 0] = judged
    ends = np.cumsum(np.bincount(columns.at, minlength=messages)).tolist()
    kept = np.bincount(columns.at[refused == 0], minlength=messages).tolist()
    shares, begin = [], 0
    for end, count in zip(ends, kept, strict=True):
        shares.append(_Share(count, refused[begin:end], quality[begin:end]))
        begin = end
    return shares


def _verdict(message: Message, fresh: bool, share: _Share | None) -> tuple[Status, Reason]:
    if message.values is None:
        return Status.REJECTED, message.reason
    if not fresh:
        return Status.REPEAT, Reason.NONE
    if share and share.kept:
        return Status.ACCEPTED, Reason.NONE
    worst = int(np.bincount(share.refused).argmax()) if share and len(share.refused) else 0
    return Status.REJECTED, REASONS[worst] if worst else Reason.NO_POINTS
