"""One folder: files are read in pieces that are remembered, and go to ``done`` or ``failed``.

A file is read when it has not changed between two looks; names that begin with a point or end in ``.part`` or ``.tmp``
are left to whoever writes them. What has been delivered stands in ``.marks.json`` beside them, so a restart goes on
where it was; a piece delivered twice is a repeat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from anju.gateway.adapters import Door, Message, Refused, TurnedAway
from anju.gateway.drop.decoding import decode, is_good, names_of, row_of, text_of
from anju.kernel.telemetry.frames import Reason, Status
from anju.kernel.telemetry.snapshot import Source

MARKS, DONE, FAILED = ".marks.json", "done", "failed"
_UNFINISHED = (".part", ".tmp")
# A line is not longer than this; a file without line feeds is no table.
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """Of a source. ``folder`` is its own; ``interval`` between two looks in s; ``piece`` the bytes of one message."""

    folder: Path
    interval: float = 5.0
    piece: int = 256 * 1024

    @classmethod
    def of(cls, source: Source) -> Options:
        known = {name: value for name, value in source.options.items() if name in ("interval", "piece")}
        return cls(Path(source.options["folder"]), **known)


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file: those that can be used and those that cannot; ``behind`` is the byte after them."""

    good: bytes
    bad: bytes
    behind: int


@dataclass(slots=True)
class Mark:
    """How far a file has been delivered; ``kept`` counts its values on the disk. ``size`` and ``changed`` know the file."""

    size: int
    changed: int
    byte: int = 0
    kept: int = 0


async def serve(door: Door, source: Source) -> None:
    """See ``adapters``. Raises ``OSError`` where the folder cannot be read."""
    options = Options.of(source)
    folder = Folder(options.folder)
    while True:
        for path in await asyncio.to_thread(folder.ready):
            await _file(door, source, folder, path, options.piece)
        door.link(source.number, True)
        await asyncio.sleep(options.interval)


async def _file(door: Door, source: Source, folder: Folder, path: Path, size: int) -> None:
    mark = folder.mark(path)
    try:
        while mark.byte < mark.size:
            await door.room()
            piece = await asyncio.to_thread(read, path, mark.byte, size)
            mark.kept += await _deliver(door, source, path, piece)
            mark.byte = piece.behind
            await asyncio.to_thread(folder.remember)
    except Refused as refused:
        begin = await asyncio.to_thread(_begin, path, size)
        await _refuse(door, source, path.name.encode() + b"\n" + begin, refused)
    except OSError as error:
        door.link(source.number, False, f"读不了{path.name}（{error.strerror}）", path.name)
        return
    await asyncio.to_thread(folder.finish, path, mark.kept > 0)


async def _deliver(door: Door, source: Source, path: Path, piece: Piece) -> int:
    """How many values were kept, or had been by a former run."""
    kept = 0
    if piece.good:
        message = Message(source.number, "drop", piece.good, piece.good, door.now())
        message.values = decode(piece.good, door.setting(source))
        kept = await _send(door, message)
    if piece.bad:
        told = Refused(Reason.MALFORMED, f"{path.name}里有读不懂的行。")
        await _refuse(door, source, piece.bad, told)
    return kept


async def _refuse(door: Door, source: Source, raw: bytes, refused: Refused) -> None:
    await _send(
        door,
        Message(source.number, "drop", raw, raw, door.now(), reason=refused.reason, detail=refused.detail),
    )


async def _send(door: Door, message: Message) -> int:
    while True:
        try:
            outcome = await door.deliver(message)
        except TurnedAway as away:
            await asyncio.sleep(away.wait)
        else:
            repeated = outcome.status is Status.REPEAT
            return outcome.kept or (len(message.values) if repeated and message.values is not None else 0)


def read(path: Path, begin: int, size: int) -> Piece:
    """About ``size`` bytes of whole lines. Raises ``Refused`` for a file that is no table, and ``OSError``."""
    with path.open("rb") as file:
        head = file.readline(_LONGEST)
        is_json = path.suffix.lower() == ".jsonl"
        names = () if is_json else names_of(text_of(head).rstrip("\r\n"))
        if begin or is_json:
            file.seek(begin)
        data = file.read(size)
        rest = file.readline(_LONGEST)
        if rest and not rest.endswith(b"\n") and len(rest) == _LONGEST:
            raise Refused(Reason.MALFORMED, f"{path.name}里有一行太长。")
        behind = file.tell()
    good: list[bytes] = []
    bad: list[bytes] = []
    for line in (data + rest).splitlines():
        if line.strip():
            (good if is_good(row_of(text_of(line), names)) else bad).append(line)
    first = [] if is_json else [head.rstrip(b"\r\n")]
    return Piece(_joined(first, good), _joined(first, bad), behind)


def _begin(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _joined(first: list[bytes], lines: list[bytes]) -> bytes:
    return b"\n".join(first + lines) if lines else b""


@dataclass
class Folder:
    """A source's folder and what is remembered of it."""

    root: Path
    _marks: dict[str, Mark] = field(default_factory=dict)
    _seen: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (DONE, FAILED):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        try:
            self._marks = {
                name: Mark(*mark) for name, mark in orjson.loads((self.root / MARKS).read_bytes()).items()
            }
        except (OSError, ValueError, TypeError, AttributeError):
            # Without marks everything that is still here is read again; what was kept is a repeat.
            self._marks = {}

    def ready(self) -> list[Path]:
        """Files that have not changed since the last look, oldest first."""
        seen: dict[str, tuple[int, int]] = {}
        ready: list[tuple[int, Path]] = []
        for path in self._files():
            state = path.stat()
            seen[path.name] = (state.st_size, state.st_mtime_ns)
            if self._seen.get(path.name) == seen[path.name]:
                ready.append((state.st_mtime_ns, path))
        self._seen = seen
        return [path for _, path in sorted(ready)]

    def mark(self, path: Path) -> Mark:
        """How far a file was read; another file of the same name begins anew."""
        state = path.stat()
        mark = self._marks.get(path.name)
        if mark is None or (mark.size, mark.changed) != (state.st_size, state.st_mtime_ns):
            mark = self._marks[path.name] = Mark(state.st_size, state.st_mtime_ns)
        return mark

    def remember(self) -> None:
        marks = {name: [m.size, m.changed, m.byte, m.kept] for name, m in self._marks.items()}
        passing = self.root / (MARKS + ".tmp")
        passing.write_bytes(orjson.dumps(marks))
        passing.replace(self.root / MARKS)

    def finish(self, path: Path, well: bool) -> None:
        """Put a file away, beside others of its name if need be."""
        place = self.root / (DONE if well else FAILED)
        target, number = place / path.name, 1
        while target.exists():
            target, number = place / f"{path.stem}-{number}{path.suffix}", number + 1
        path.replace(target)
        self._marks.pop(path.name, None)
        self._seen.pop(path.name, None)
        self.remember()

    def _files(self) -> Iterator[Path]:
        for path in self.root.iterdir():
            name = path.name.lower()
            # A link may lead anywhere; what it leads to is not this company's to deliver.
            if (
                path.is_file()
                and not path.is_symlink()
                and not name.startswith(".")
                and not name.endswith(_UNFINISHED)
            ):
                yield path
