"""Where the parts of the telemetry store lie below its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """``root`` is ``telemetry`` in the data folder of the installation."""

    root: Path

    @classmethod
    def of(cls, data: Path) -> Layout:
        """In the data folder of an installation; folders are made where they are missing."""
        layout = cls(data / "telemetry")
        folders = (
            layout.snapshots,
            layout.segments,
            layout.events,
            layout.points,
            layout.frames,
            layout.rollups,
            layout.state,
        )
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        return layout

    @property
    def snapshots(self) -> Path:
        """What the worker tells the gateway: series, sources, rules."""
        return self.root / "snapshots"

    @property
    def segments(self) -> Path:
        """Open Arrow segments, which the gateway alone writes."""
        return self.root / "segments"

    @property
    def events(self) -> Path:
        """What the gateway tells the worker."""
        return self.root / "events"

    @property
    def points(self) -> Path:
        """Sealed points: ``day=2026-11-28/*.parquet``."""
        return self.root / "points"

    @property
    def frames(self) -> Path:
        """Sealed raw frames, by day of receipt."""
        return self.root / "frames"

    @property
    def rollups(self) -> Path:
        """``minute``, ``hour`` and ``day``."""
        return self.root / "rollups"

    @property
    def state(self) -> Path:
        """What the gateway would otherwise forget between two starts: state of rules, high-water marks."""
        return self.root / "state"

    @property
    def latest(self) -> Path:
        """The table of latest values, mapped into memory by every reader."""
        return self.root / "latest.bin"

    @property
    def socket(self) -> Path:
        """The gateway's local door for every other writer."""
        return self.root / "gateway.sock"
