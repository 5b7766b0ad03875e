"""A data folder with keys, sources and series, and a gateway on it: for tests, measurements and the demonstration."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from anju.gateway.core.gateway import PURPOSE
from anju.gateway.core.recovery import Commit, commits
from anju.gateway.http.player import Sender
from anju.kernel.secrets import KeyRing
from anju.kernel.telemetry import events
from anju.kernel.telemetry import snapshot as snapshots
from anju.kernel.telemetry.events import Event, Position
from anju.kernel.telemetry.frames import Frame
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.snapshot import Rule, Series, Snapshot, Source

_READY = re.compile(r"端口(\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A source of the stage, its tags (each becomes a series) and its secret."""

    source: Source
    tags: Sequence[str]
    secret: bytes = b"a secret of at least thirty-two bytes"

    @property
    def sender(self) -> Sender:
        return Sender(self.source.code, self.source.number, self.secret)


def prepare(data: Path, parts: Sequence[Part], rules: Sequence[Rule] = (), version: int = 1) -> Snapshot:
    """Write keys and a snapshot; series are numbered from 1 through the tags of all parts."""
    ring = KeyRing.create(data)
    owners = [0, *(part.source.number for part in parts for _ in part.tags)]
    tags = ["", *(tag for part in parts for tag in part.tags)]
    series = replace(
        Series.none(len(tags)), source=np.array(owners, np.uint32), tag=pa.array(tags, pa.string())
    )
    sources = tuple(replace(part.source, secret=ring.seal(part.secret, PURPOSE)) for part in parts)
    made = Snapshot(version, 0, series, sources, tuple(rules))
    snapshots.write(Layout.of(data).snapshots, made)
    return made


@dataclass(slots=True)
class Running:
    """A gateway process. ``port`` is that of its HTTP interface."""

    process: subprocess.Popen[str]
    port: int

    def kill(self) -> None:
        """As a loss of power would: it has no say."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; its exit status."""
        self.process.terminate()
        return self.process.wait(timeout=30)


def start(data: Path, before: Sequence[str] = (), options: Sequence[str] = ()) -> Running:
    """Start ``anju gateway`` and wait until it listens. ``before`` stands in front of the command, such as a tracer."""
    command = [*before, sys.executable, "-m", "anju.cli", "gateway", "--http-port", "0", *options]
    process = subprocess.Popen(
        command, env=os.environ | {"ANJU_DATA": str(data)}, stderr=subprocess.PIPE, text=True
    )
    told = []
    for line in process.stderr or ():
        if found := _READY.search(line):
            return Running(process, int(found[1]))
        told.append(line)
    raise RuntimeError("".join(told))


@contextmanager
def running(data: Path, before: Sequence[str] = (), options: Sequence[str] = ()) -> Iterator[Running]:
    """A gateway that is ended with the block."""
    gateway = start(data, before, options)
    try:
        yield gateway
    finally:
        if gateway.process.poll() is None:
            gateway.stop()
        if gateway.process.stderr:
            gateway.process.stderr.close()


def stored(data: Path) -> list[Commit]:
    """Everything in the open and closed segments, as a reader beside the gateway sees it."""
    return list(commits(Layout.of(data), 0))


def frames(data: Path) -> dict[int, Frame]:
    """The stored frames by number."""
    return {frame.number: frame for commit in stored(data) for frame in commit.frames}


def told(data: Path, kind: str) -> list[Event]:
    """The events of a kind in the log."""
    return [
        event for event, _ in events.read(Layout.of(data).events, Position(), 10**9) if event["kind"] == kind
    ]
