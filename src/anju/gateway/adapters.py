"""What an adapter gives and gets: the whole of it, and deliberately small.

An adapter is a folder with these names in its ``__init__``, and one line in ``ADAPTERS``:

- ``decode(raw, setting) -> Values``: pure; the bytes of one message as columns. It raises ``Refused`` for a message
  that cannot be used at all. Quarantine is replayed through it, so ``raw`` must hold all that it needs.
- ``serve(door, source)``, where it goes to its sources itself (broker, server, device, folder): a coroutine that
  delivers until it is cancelled. It raises what it likes: it is tried again, and begins anew when the source changes.

Whatever arrives, readable or not, goes to ``Door.submit`` once; it is told what became of it when that is on the disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.snapshot import Snapshot, Source
from anju.kernel.values.refusal import Refusal

# The closed list: protocol of a source → module of its adapter.
ADAPTERS = {
    "cjt188": "anju.gateway.cjt188",
    "drop": "anju.gateway.drop",
    "http": "anju.gateway.http",
    "local": "anju.gateway.local",
    "modbus": "anju.gateway.modbus",
    "mqtt": "anju.gateway.mqtt",
    "opcua": "anju.gateway.opcua",
}
# Reasons as bytes, for columns; 0 is none.
REASONS = tuple(Reason)
# The remembered shapes of a source have so many tags together.
_TAGS = 500_000
CODE_OF = {reason: code for code, reason in enumerate(REASONS)}


class Refused(Exception):
    """A message of which no value can be used; ``detail`` says in Chinese what is wrong with it."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Setting:
    """What decoding may know: who sent it and its tags with the numbers of their series.

    Values are given as sent: scale and offset of the registry are applied behind the adapter. ``shapes`` is the
    adapter's own, for what it need not look up twice; it lives as long as the snapshot.
    """

    source: Source
    tags: dict[str, int]
    shapes: dict[Any, Any] = field(default_factory=dict, compare=False)
    weight: Counter[str] = field(default_factory=Counter, compare=False)

    @classmethod
    def of(cls, snapshot: Snapshot, source: Source) -> Setting:
        return cls(source, snapshot.by_tag.get(source.number, {}))

    def keep(self, key: Any, shape: Any, size: int) -> None:
        """Remember a shape of so many tags; senders that never repeat one must not fill the memory."""
        if self.weight["tags"] + size > _TAGS:
            self.shapes.clear()
            self.weight.clear()
        self.weight["tags"] += size
        self.shapes[key] = shape


@dataclass(frozen=True, slots=True)
class Values:
    """Columns of one length. ``series`` is 0 where the tag is not registered, ``time`` in ms since 1970.

    ``quality`` is what the sender says of a value (``Quality``), ``faults`` a code of ``REASONS`` where a single point
    cannot be read; ``unknown`` names the tags that are not registered, each once.
    """

    series: NDArray[np.uint32]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8] | None = None
    faults: NDArray[np.uint8] | None = None
    unknown: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.series)


@dataclass(slots=True)
class Message:
    """One message as it came. Either ``values``, or the ``reason`` why it has none.

    ``identity`` tells a repeat: the sender's own name of the message, or else its bytes. ``received`` in ms. ``skew`` is
    the sender's clock minus ours in ms where the message tells it; ``oldest`` (ms) is the earliest time taken.
    """

    source: int
    protocol: str
    identity: bytes
    raw: bytes
    received: int
    values: Values | None = None
    reason: Reason = Reason.NONE
    detail: str = ""
    skew: int | None = None
    oldest: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a message, on the disk. ``refused`` (codes of ``REASONS``) and ``quality`` are columns of its points.

    Both are ``None`` where there are none: a repeat, or a message refused whole.
    """

    frame: int
    status: Status
    reason: Reason
    kept: int
    refused: NDArray[np.uint8] | None = None
    quality: NDArray[np.uint8] | None = None


class TurnedAway(Refusal):
    """Not taken, not kept, not acknowledged: the sender keeps it and comes again.

    ``greedy``: it has too much waiting itself. ``wait``: after so many seconds the next try may succeed.
    """

    def __init__(self, sentence: str, next_step: str, wait: int, greedy: bool = False) -> None:
        super().__init__(sentence, next_step)
        self.wait, self.greedy = wait, greedy


Then = Callable[[Outcome | TurnedAway], None]


class Door(Protocol):
    """The gateway as adapters see it; all of it belongs to the event loop's thread."""

    @property
    def snapshot(self) -> Snapshot: ...

    def now(self) -> int:
        """Milliseconds since 1970."""

    def setting(self, source: Source) -> Setting:
        """What decoding may know of a source, by the snapshot of now."""

    def submit(self, message: Message, then: Then) -> None:
        """Take a message; ``then`` is called once, with what became of it. Raises nothing."""

    async def deliver(self, message: Message) -> Outcome:
        """The same for those that can wait. Raises ``TurnedAway``."""

    async def room(self) -> None:
        """Wait until there is room: a reader calls it before it reads on, and so passes the pressure back."""

    async def changed(self, version: int) -> Snapshot:
        """Wait for a snapshot with another version than this."""

    def secret(self, source: Source) -> bytes:
        """The opened secret of a source; empty where it has none or the keys do not open it."""

    def link(self, source: int, up: bool, why: str = "", part: str = "") -> None:
        """Tell whether a source, or a part of it such as a station, can be reached; only changes become events."""


Serve = Callable[[Door, Source], Awaitable[None]]
Decode = Callable[[bytes, Setting], Values]


def module(protocol: str) -> Any:
    """The adapter's module, imported when it is first needed. Raises ``KeyError`` for a protocol that nobody speaks."""
    return import_module(ADAPTERS[protocol])


def decode(raw: bytes, protocol: str, setting: Setting) -> Values:
    """Bytes of any protocol as columns. Raises ``Refused``."""
    try:
        decoder: Decode = module(protocol).decode
    except KeyError:
        raise Refused(Reason.MALFORMED, f"没有协议{protocol}的适配器。") from None
    return decoder(raw, setting)


def read(message: Message, decoder: Decode, setting: Setting) -> None:
    """Give a message its values, or the reason why it has none. An error that nobody foresaw is one, too: its bytes are
    kept, and whoever sent them is answered."""
    try:
        message.values = decoder(message.raw, setting)
    except Refused as refused:
        message.reason, message.detail = refused.reason, refused.detail
    except Exception as error:
        message.reason, message.detail = Reason.MALFORMED, f"内容读不出来（{type(error).__name__}）。"
