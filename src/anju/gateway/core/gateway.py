"""The gateway as adapters see it: its snapshot, its clock, its door; and the parts behind the door."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from anju.gateway.adapters import Message, Outcome, Setting, Then, TurnedAway
from anju.gateway.core import checkpoint, memory, recovery
from anju.gateway.core.after import After, Alarms
from anju.gateway.core.batch import Prepared
from anju.gateway.core.checkpoint import Checkpoint
from anju.gateway.core.counters import Counters
from anju.gateway.core.intake import Bounds, Intake
from anju.gateway.core.telling import Telling
from anju.kernel.secrets import KeyRing, SecretError
from anju.kernel.telemetry import snapshot as snapshots
from anju.kernel.telemetry.events import EventLog, Position
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.rules.engine import Engine
from anju.kernel.telemetry.rules.quality import Judge
from anju.kernel.telemetry.snapshot import Series, Snapshot, Source
from anju.kernel.telemetry.store.journal import Journal
from anju.kernel.telemetry.store.latest import LatestWriter
from anju.kernel.values.refusal import Refusal

# What secrets of sources are sealed for; the pages that keep them use the same words.
PURPOSE = "telemetry.source"


def milliseconds() -> int:
    """The clock of the machine, in ms since 1970."""
    return time.time_ns() // 1_000_000


class Gateway:
    """Implements ``adapters.Door``. ``open`` recovers what a kill left; ``close`` leaves nothing to recover."""

    def __init__(
        self, data: Path, now: Callable[[], int] = milliseconds, bounds: Bounds | None = None
    ) -> None:
        self.layout = Layout.of(data)
        self.now = now
        self._data = data
        self.snapshot = self._newest() or Snapshot(0, now(), Series.none())
        self._secrets: dict[str, bytes] = {}
        self._settings: dict[int, Setting] = {}
        self._links: dict[tuple[int, str], bool] = {}
        self._changed = asyncio.Event()
        self.counters = Counters()
        self.journal = Journal.open(self.layout, now())
        self.latest = LatestWriter(self.layout, len(self.snapshot.series))
        kept = checkpoint.read(self.layout)
        self.judge = Judge(self.snapshot, kept.quality)
        self.alarms = Alarms(self._engine(kept), kept.frame)
        self.telling = Telling(EventLog(self.layout.events))
        self._recover(kept)
        self._after = After(self.latest, self.alarms, self.counters)
        self.intake = Intake(
            self.journal, lambda: self.snapshot, self.judge.judge, self.counters, self._follow, bounds
        )

    def submit(self, message: Message, then: Then) -> None:
        self.intake.submit(message, then)

    async def deliver(self, message: Message) -> Outcome:
        waiting: asyncio.Future[Outcome | TurnedAway] = asyncio.get_running_loop().create_future()

        def then(one: Outcome | TurnedAway) -> None:
            if not waiting.done():
                waiting.set_result(one)

        self.intake.submit(message, then)
        told = await waiting
        if isinstance(told, TurnedAway):
            raise told
        return told

    async def room(self) -> None:
        await self.intake.room()

    async def changed(self, version: int) -> Snapshot:
        while self.snapshot.version == version:
            await self._changed.wait()
        return self.snapshot

    def setting(self, source: Source) -> Setting:
        found = self._settings.get(source.number)
        if found is None:
            found = self._settings[source.number] = Setting.of(self.snapshot, source)
        return found

    def secret(self, source: Source) -> bytes:
        if source.secret not in self._secrets:
            try:
                opened = (
                    KeyRing.load(self._data).open_sealed(source.secret, PURPOSE) if source.secret else b""
                )
            except SecretError:
                # Keys may come back; until then the source proves nothing.
                return b""
            self._secrets[source.secret] = opened
        return self._secrets[source.secret]

    def link(self, source: int, up: bool, why: str = "", part: str = "") -> None:
        if self._links.get((source, part)) != up:
            self._links[source, part] = up
            told = {"kind": "link", "source": source, "part": part, "up": up, "why": why, "at": self.now()}
            self.telling.tell([told])

    def take(self, snapshot: Snapshot) -> None:
        """Go on with another snapshot."""
        self.snapshot = snapshot
        self._secrets.clear()
        self._settings.clear()
        self.judge.replace(snapshot)
        self.alarms.engine.replace(snapshot)
        self.tell("snapshot", version=snapshot.version)
        self.tell_faults()
        self._changed.set()
        self._changed = asyncio.Event()

    def tell_faults(self) -> None:
        """Which rules of the snapshot are left out, and why."""
        if self.alarms.engine.faults:
            self.tell("rules", faults=[list(fault) for fault in self.alarms.engine.faults])

    def tell(self, what: str, **more: object) -> None:
        """An event of the gateway itself."""
        self.telling.tell([{"kind": "gateway", "what": what, "at": self.now(), **more}])

    def keep_state(self, then: Callable[[], object] | None = None) -> None:
        """Write a checkpoint of this moment, as soon as everything told so far is on the disk."""
        frame, minutes = self.alarms.frame, self.counters.state()
        rules, quality = self.alarms.engine.state(), self.judge.state()

        def write(position: Position) -> None:
            checkpoint.write(self.layout, Checkpoint(frame, rules, quality, minutes, position))
            memory.give_back()
            if then:
                then()

        self.telling.mark(write)

    def close(self) -> None:
        """After the last commit: tell the rest, and let go of the files."""
        self.telling.tell(self.counters.all())
        self.tell("stopped")
        self.keep_state()
        self.telling.finish()
        self.latest.close()
        self.journal.close()

    def _newest(self) -> Snapshot | None:
        path = snapshots.newest(self.layout.snapshots)
        return snapshots.read(path) if path else None

    def _recover(self, kept: Checkpoint) -> None:
        for points in self.journal.since(self.latest.frame):
            self.latest.update(points)
        for points in self.journal.since(kept.frame):
            self.judge.judge(points)
        self.telling.tell(recovery.restore(self.layout, kept, self.snapshot, self.alarms, self.counters))
        self.alarms.engine.listen(self.now())

    def _engine(self, kept: Checkpoint) -> Engine:
        """A state that cannot be read is given up: what is wrong now is found again by the next values."""
        try:
            return Engine(self.snapshot, kept.rules)
        except Refusal:
            return Engine(self.snapshot)

    def _follow(self, messages: Sequence[Message], prepared: Prepared) -> None:
        self.telling.tell(self._after.apply(messages, prepared, self.snapshot))
