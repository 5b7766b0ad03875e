"""The queue between adapters and the disk: what comes within some milliseconds is committed together, then answered."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from typing import NamedTuple, Protocol

from anju.gateway.adapters import Message, Outcome, Then, TurnedAway
from anju.gateway.core.batch import Judge, Prepared, prepare
from anju.gateway.core.counters import Counters
from anju.kernel.telemetry.frames import Frame, Reason
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.snapshot import Snapshot
from anju.kernel.telemetry.store.failures import StoreFull


@dataclass(frozen=True, slots=True)
class Bounds:
    """``window`` in s: how long the first message of a group waits for others. Points and bytes may wait at most so many;
    one source has at most ``share`` of that, so that a flood of one leaves room for the others."""

    window: float = 0.01
    points: int = 400_000
    raw: int = 128 * 1024 * 1024
    share: float = 0.5
    group: int = 100_000


class Kept(Protocol):
    """The store as the intake needs it (``store.journal.Journal``)."""

    next_number: int

    def known(self, key: bytes) -> bool: ...
    def commit(self, frames: Sequence[Frame], points: Points) -> None: ...


class Waiting(NamedTuple):
    """A message in the queue; ``size`` is its number of values."""

    message: Message
    size: int
    then: Then


@dataclass(slots=True)
class _Load:
    points: int = 0
    raw: int = 0


class _Away(Enum):
    """Why a message is not taken: sentence, next step, seconds to wait, whether the sender itself is the flood."""

    FULL = ("网关的磁盘已满，这次没有收下。", "请保留数据稍后重发；管理员请腾出网关磁盘空间。", 60, False)
    BUSY = ("网关正忙，这次没有收下。", "请稍后重发同一内容，不要换编号。", 1, False)
    GREEDY = ("这个来源排队的数据太多，这次没有收下。", "请等已发的答复后再发，或减小并发。", 1, True)
    ENDING = ("网关正在停止，这次没有收下。", "请稍后重发同一内容。", 5, False)
    BROKEN = ("网关写盘失败，这次没有收下。", "请稍后重发；管理员请检查磁盘并查看网关日志。", 60, False)

    def turned(self) -> TurnedAway:
        return TurnedAway(*self.value)


class Intake:
    """``submit`` takes or turns away; ``run`` commits and answers. All in the thread of the event loop but the commit."""

    def __init__(
        self,
        journal: Kept,
        snapshot: Callable[[], Snapshot],
        judge: Judge,
        counters: Counters,
        after: Callable[[Sequence[Message], Prepared], None],
        bounds: Bounds | None = None,
    ) -> None:
        self._journal, self._snapshot, self._judge = journal, snapshot, judge
        self._counters, self._after = counters, after
        self._bounds = bounds or Bounds()
        self._queue: deque[Waiting] = deque()
        self._between: deque[Callable[[], None]] = deque()
        self._load = _Load()
        self._by_source: Counter[int] = Counter()
        self._news = asyncio.Event()
        self._crowded = asyncio.Event()
        self._space = asyncio.Event()
        self._space.set()
        self._ending = False
        self.full = False
        # How long the last commit took, in s.
        self.commit = 0.0

    @property
    def waiting(self) -> tuple[int, int]:
        """Values and bytes in the queue, those being committed too."""
        return self._load.points, self._load.raw

    def submit(self, message: Message, then: Then) -> None:
        """See ``adapters.Door.submit``."""
        self._counters.seen(message.source, message.received, message.skew)
        away = self._away(message)
        if away:
            self._counters.turned_away(message.source, message.received)
            then(away)
            return
        size = _size(message)
        self._load.points += size
        self._load.raw += len(message.raw)
        self._by_source[message.source] += size
        self._queue.append(Waiting(message, size, then))
        self._news.set()
        if self._load.points >= self._bounds.group:
            self._crowded.set()
        if self._crowd() > self._bounds.share:
            self._space.clear()

    async def room(self) -> None:
        """Wait until less than half of what may wait is waiting."""
        await self._space.wait()

    async def run(self) -> None:
        """Until ``end``; then what has been taken is still committed. Raises what the store cannot recover from."""
        try:
            while not (self._ending and not self._queue):
                await self._news.wait()
                await self._gather()
                while self._between:
                    await asyncio.to_thread(self._between.popleft())
                group = self._take()
                if group:
                    await self._commit(group)
        finally:
            self._ending = True
            self._answer(list(self._queue), [_Away.ENDING.turned()] * len(self._queue))

    def between(self, work: Callable[[], None]) -> None:
        """Do something with the journal while no commit is under way, in a thread."""
        self._between.append(work)
        self._news.set()

    def end(self) -> None:
        """Take nothing more."""
        self._ending = True
        self._news.set()
        self._crowded.set()

    def _away(self, message: Message) -> TurnedAway | None:
        if self._ending:
            return _Away.ENDING.turned()
        if self._crowd() >= 1:
            return _Away.BUSY.turned()
        most = self._bounds.points * self._bounds.share
        # An empty queue takes any message, however large it is.
        waiting = self._by_source.get(message.source, 0)
        return _Away.GREEDY.turned() if waiting and waiting + _size(message) > most else None

    def _crowd(self) -> float:
        return max(self._load.points / self._bounds.points, self._load.raw / self._bounds.raw)

    async def _gather(self) -> None:
        """The window is cut short when a group is full."""
        if self._bounds.window and not self._crowded.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._crowded.wait(), self._bounds.window)
        self._crowded.clear()

    def _take(self) -> list[Waiting]:
        """A group: messages in their order until it has enough points."""
        group, points = [], 0
        while self._queue and points < self._bounds.group:
            group.append(self._queue.popleft())
            points += group[-1].size
        if not self._queue:
            self._news.clear()
        return group

    async def _commit(self, group: list[Waiting]) -> None:
        messages = [one.message for one in group]
        try:
            prepared = self._prepare(messages)
            begun = monotonic()
            await asyncio.to_thread(self._journal.commit, prepared.frames, prepared.points)
            self.commit = monotonic() - begun
        except StoreFull:
            self.full = True
            self._answer(group, [_Away.FULL.turned()] * len(group))
            return
        except BaseException:
            # What the disk did with the batch is not known: nobody is told that it is kept.
            self._answer(group, [_Away.BROKEN.turned()] * len(group))
            raise
        self.full = False
        self._answer(group, prepared.outcomes)
        self._after(messages, prepared)

    def _prepare(self, messages: list[Message]) -> Prepared:
        """One message that nobody foresaw must not keep the others from the disk: it is refused, and kept."""
        journal, snapshot = self._journal, self._snapshot()
        try:
            return prepare(messages, journal.next_number, journal.known, snapshot, self._judge)
        except Exception:
            if len(messages) == 1:
                message = messages[0]
                message.values, message.reason = None, Reason.MALFORMED
                message.detail = "内容读得出，但不能处理。"
                return prepare(messages, journal.next_number, journal.known, snapshot, self._judge)
            for message in messages:
                self._prepare([message])
            return prepare(messages, journal.next_number, journal.known, snapshot, self._judge)

    def _answer(self, group: Sequence[Waiting], told: Sequence[Outcome | TurnedAway]) -> None:
        for waiting, one in zip(group, told, strict=True):
            message = waiting.message
            self._load.points -= waiting.size
            self._load.raw -= len(message.raw)
            self._by_source[message.source] -= waiting.size
            if not self._by_source[message.source]:
                del self._by_source[message.source]
            if isinstance(one, TurnedAway):
                self._counters.turned_away(message.source, message.received)
            waiting.then(one)
        if self._crowd() <= self._bounds.share:
            self._space.set()


def _size(message: Message) -> int:
    return len(message.values) if message.values is not None else 0
