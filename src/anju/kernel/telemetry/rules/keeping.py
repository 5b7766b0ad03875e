"""What the rules remember, apart from the snapshot that it was learned under, and as bytes for the next start."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from typing import Any, cast
from zipfile import BadZipFile

import numpy as np
import orjson

from anju.kernel.telemetry.events import Event
from anju.kernel.telemetry.rules.alarms import CLEARED, event
from anju.kernel.telemetry.rules.memory import SHIFT, Ints, Memory
from anju.kernel.telemetry.rules.pairs.machine import HIDDEN, States
from anju.kernel.telemetry.rules.pairs.table import Table
from anju.kernel.telemetry.rules.silence.missing import Missing
from anju.kernel.telemetry.snapshot import Rule, Snapshot
from anju.kernel.values.refusal import Refusal

_VERSION = 1


class StateError(Refusal):
    """A checkpoint of the rules that cannot be read."""


# Alarms with their key, ``Missing.unheard`` by key, and the series that are lost.
Silent = tuple[list[tuple[str, int, Event]], list[tuple[str, int, int]], list[int]]


@dataclass(frozen=True)
class Kept:
    """``code`` and ``series`` name the pairs whose ``states`` are worth keeping; ``codes`` and ``grades`` the rules.

    ``silent`` holds, by code of the rule, what rules on missing data remember; ``over`` events still to be told.
    """

    memory: Memory
    states: States
    code: Ints
    series: Ints
    codes: tuple[str, ...]
    grades: tuple[str, ...]
    silent: dict[str, Silent]
    over: list[Event]


def kept(
    table: Table, memory: Memory, states: States, missing: dict[str, Missing], over: list[Event]
) -> Kept:
    (which,) = np.nonzero((states.status > 0) | (states.changed > 0))
    grades = {rule.code: rule.grade for rule in table.entries.rules}
    return Kept(
        memory,
        States(*(getattr(states, one.name)[which] for one in fields(States))),
        table.code[which],
        table.series[which],
        table.codes,
        tuple(grades[code] for code in table.codes),
        {code: _silent(rule) for code, rule in missing.items()},
        list(over),
    )


def _silent(rule: Missing) -> Silent:
    alarms = [(*key, one) for key, one in rule.alarms.items()]
    return alarms, [(*key, since) for key, since in rule.unheard.items()], rule.lost.tolist()


def take_pairs(old: Kept, table: Table, states: States, snapshot: Snapshot) -> list[Event]:
    """Put what was kept where the same pair is now; what ends the alarms of pairs that are gone."""
    numbers = {code: index for index, code in enumerate(table.codes)}
    code = np.array([numbers.get(one, -1) for one in old.codes], np.int64)[old.code]
    keys = (table.series << SHIFT) | table.code
    wanted = (old.series << SHIFT) | code
    place = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    found = (code >= 0) & (keys[place] == wanted) if len(keys) else np.zeros(len(code), bool)
    for one in fields(States):
        getattr(states, one.name)[place[found]] = getattr(old.states, one.name)[found]
    (gone,) = np.nonzero(~found & (old.states.status >= HIDDEN))
    return [_ended(old, index, snapshot) for index in gone.tolist()]


def _ended(old: Kept, index: int, snapshot: Snapshot) -> Event:
    code, series = int(old.code[index]), int(old.series[index])
    rule = Rule(old.codes[code], "", "", old.grades[code], {}, ())
    known = series < len(snapshot.series)
    return event(
        rule,
        f"s{series}",
        CLEARED,
        int(old.states.since[index]),
        0,
        series=series,
        asset=int(snapshot.series.asset[series]) or None if known else None,
        source=int(snapshot.series.source[series]) or None if known else None,
    )


def take_silent(old: Kept, missing: dict[str, Missing]) -> list[Event]:
    """The same for rules on missing data."""
    ended: list[Event] = []
    for code, (alarms, unheard, lost) in old.silent.items():
        if code in missing:
            missing[code].alarms = {(level, number): one for level, number, one in alarms}
            missing[code].unheard = {(level, number): since for level, number, since in unheard}
            missing[code].lost = np.array(lost, np.int64)
        else:
            ended += [one | {"state": CLEARED, "judged": None, "cause": None} for _, _, one in alarms]
    return ended


def packed(state: Kept) -> bytes:
    """As bytes, without anything that could be executed."""
    head = {
        "version": _VERSION,
        "codes": state.codes,
        "grades": state.grades,
        "silent": state.silent,
        "over": state.over,
    }
    arrays: dict[str, Any] = {"head": np.frombuffer(orjson.dumps(head), np.uint8), "code": state.code}
    arrays["series"] = state.series
    for name, part in (("memory", state.memory), ("states", state.states)):
        arrays |= {f"{name}.{one.name}": getattr(part, one.name) for one in fields(part)}
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def unpacked(data: bytes) -> Kept:
    """Raises ``StateError``."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            head = orjson.loads(arrays["head"].tobytes())
            memory = Memory(*(arrays[f"memory.{one.name}"] for one in fields(Memory)))
            states = States(*(arrays[f"states.{one.name}"] for one in fields(States)))
            code, series = arrays["code"], arrays["series"]
        if head["version"] != _VERSION:
            raise ValueError(head["version"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise StateError(
            f"告警规则的断点状态读不出来（{error}）。",
            "请移走该状态文件后重新启动网关；正在持续的告警会按新数据重新判定。",
        ) from error
    silent = cast("dict[str, Any]", head["silent"])
    return Kept(
        memory,
        states,
        code,
        series,
        tuple(head["codes"]),
        tuple(head["grades"]),
        {name: tuple(parts) for name, parts in silent.items()},
        head["over"],
    )
