"""Files in a real folder, read by a real gateway."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from anju.gateway.adapters import Refused, Setting
from anju.gateway.drop import player, watching
from anju.gateway.drop.decoding import decode
from anju.gateway.drop.watching import MARKS, Folder, read
from anju.gateway.inside import Inside, inside
from anju.gateway.stage import Part
from anju.kernel.telemetry.frames import Reason
from anju.kernel.telemetry.snapshot import Source

# 2026-11-22 08:30:00 in China.
NOW = 1_795_307_400_000
TAGS = ("S01/T1S", "S01/T1R", "西站/室温")


@dataclass
class World:
    inside: Inside
    folder: Path

    def gone(self, name: str, place: str = "done") -> list[tuple[str, str, int]]:
        """Wait until a file was put away; status, reason and points of its messages."""
        told = self.inside.gateway.told
        begin = len(told)
        self.inside.until(lambda: (self.folder / place / name).exists())
        return [(one.status.value, one.reason.value, one.kept) for _, one in told[begin:]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("weak-company")
    source = Source(1, "weak", "drop", options={"folder": str(folder), "interval": 0.01, "piece": 2000})
    with asyncio.Runner() as runner:
        data = tmp_path_factory.mktemp("data")
        with inside(data, [Part(source, TAGS)], runner, now=lambda: NOW) as found:
            yield World(found, folder)


def test_a_table_is_read_and_put_away(world: World) -> None:
    rows = [
        ("S01/T1S", "2026-11-22 08:00:00", 54.2),
        ("S01/T1R", "2026/11/22 8:05", "36.75"),
        ("S01/T1R", NOW, ""),
    ]
    player.drop(world.folder, "a.csv", player.csv(rows))
    assert world.gone("a.csv") == [("accepted", "", 3)]
    kept = world.inside.gateway.kept()
    assert kept["S01/T1S"][-1] == (NOW - 1_800_000, 54.2, 0)
    (known, gap) = kept["S01/T1R"][-2:]
    assert known == (NOW - 1_500_000, 36.75, 0)
    assert (gap[0], gap[1] != gap[1], gap[2]) == (NOW, True, 66)


def test_chinese_names_and_the_encoding_of_spreadsheets_are_understood(world: World) -> None:
    text = "时间,测点,数值,质量\n2026-11-22T08:10:00+08:00,西站/室温,19.5,bad\n"
    player.drop(world.folder, "b.csv", text.encode("gb18030"))
    assert world.gone("b.csv") == [("accepted", "", 1)]
    assert world.inside.gateway.kept()["西站/室温"] == [(NOW - 1_200_000, 19.5, 64)]


def test_a_bad_row_is_quarantined_with_its_text_and_blocks_nothing(world: World) -> None:
    good = [("S01/T1S", NOW - n, n) for n in range(1, 4)]
    lines = player.jsonl(good).splitlines(keepends=True)
    bad = [
        b"{not json\n",
        b'{"tag":"S01/T1S","time":"yesterday","value":1}\n',
        b'{"tag":"S01/T1S","time":1,"value":2}\n',
    ]
    bad += [
        b'{"tag":"","time":1795307400000,"value":2}\n',
        b'{"tag":"S01/T1S","time":1795307400000,"value":"hot"}\n',
        b"[1]\n",
    ]
    player.drop(world.folder, "c.jsonl", lines[0] + b"".join(bad) + lines[1] + lines[2])
    assert world.gone("c.jsonl") == [("accepted", "", 3), ("rejected", "malformed", 0)]
    message, _ = world.inside.gateway.told[-1]
    assert message.raw == b"".join(bad).rstrip(b"\n")
    assert message.detail == "c.jsonl里有读不懂的行。"


def test_unknown_tags_and_times_in_the_future_are_refused_one_by_one(world: World) -> None:
    rows = [("S01/T1S", NOW - 50, 1), ("S09/T1S", NOW - 50, 1), ("S01/T1S", NOW + 301_000, 1)]
    player.drop(world.folder, "d.csv", player.csv(rows))
    assert world.gone("d.csv") == [("accepted", "", 1)]
    message, outcome = world.inside.gateway.told[-1]
    assert message.values is not None
    assert message.values.unknown == ("S09/T1S",)
    assert outcome.refused is not None
    assert [list(Reason)[code] for code in outcome.refused] == ["", Reason.UNKNOWN_TAG, Reason.FUTURE]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("no-table.csv", b"hello\nworld\n", [("rejected", "malformed", 0)]),
        ("picture.csv", bytes(range(256)) * 500, [("rejected", "malformed", 0)]),
        ("endless.jsonl", b"x" * 70_000, [("rejected", "malformed", 0)]),
        ("all-bad.jsonl", b"1\n2\n", [("rejected", "malformed", 0)]),
        ("unknown.csv", b"tag,time,value\nS09/X,1795307400000,1\n", [("rejected", "unknown_tag", 0)]),
        ("empty.csv", b"", []),
    ],
)
def test_what_is_no_table_of_ours_goes_to_failed(
    world: World, name: str, content: bytes, told: list[object]
) -> None:
    player.drop(world.folder, name, content)
    assert world.gone(name, "failed") == told


def test_a_file_that_still_grows_is_left_alone(world: World) -> None:
    handle = player.begin(world.folder, "e.csv", b"tag,time,value\nS01/T1S,17953073")
    (world.folder / "later.csv.part").write_bytes(b"tag")
    folder = Folder(world.folder)
    assert folder.ready() == []
    os.write(handle, b"99000,7\n")
    assert folder.ready() == []
    assert [path.name for path in folder.ready()] == ["e.csv"]
    os.close(handle)
    world.gone("e.csv")
    assert (world.folder / "later.csv.part").exists()
    (world.folder / "linked.csv").symlink_to(world.folder / "done" / "e.csv")
    for _ in range(2):
        assert folder.ready() == []


def test_the_same_file_again_is_a_repeat_and_keeps_the_first(world: World) -> None:
    content = player.csv([("S01/T1S", NOW - 70, 3)])
    player.drop(world.folder, "f.csv", content)
    assert world.gone("f.csv") == [("accepted", "", 1)]
    player.drop(world.folder, "f.csv", content)
    assert world.gone("f-1.csv") == [("repeat", "", 0)]


def test_a_large_file_goes_in_pieces_and_a_restart_goes_on_where_it_was(world: World) -> None:
    rows = [("S01/T1R", NOW - 100_000 - n, n) for n in range(500)]
    content = player.csv(rows)
    path = player.drop(world.folder.parent, "g.csv", content)
    pieces, begin = [], 0
    while begin < len(content):
        piece = read(path, begin, 2000)
        pieces.append(piece)
        begin = piece.behind
    # Half of it had been delivered, by the marks, when the gateway stopped.
    state = path.stat()
    half = pieces[2].behind
    marks = {"g.csv": [state.st_size, state.st_mtime_ns, half, 90]}
    fresh = world.folder.parent / "fresh"
    fresh.mkdir()
    (fresh / MARKS).write_bytes(orjson.dumps(marks))
    assert Folder(fresh).mark(path).byte == half
    (fresh / MARKS).write_bytes(b"{torn")
    assert Folder(fresh).mark(path).byte == 0
    before = len(world.inside.gateway.kept().get("S01/T1R", []))
    path.replace(world.folder / "g.csv")
    told = world.gone("g.csv")
    assert [one[0] for one in told] == ["accepted"] * len(pieces)
    assert sum(one[2] for one in told) == 500
    assert len(world.inside.gateway.kept()["S01/T1R"]) == before + 500


def test_a_file_that_must_not_be_read_is_told_and_left(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, begin: int, size: int) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(watching, "read", refuse)
    player.drop(world.folder, "h.csv", player.csv([("S01/T1S", NOW - 80, 3)]))
    links = world.inside.gateway.links
    world.inside.until(lambda: ("h.csv", False, "读不了h.csv（Permission denied）") in links)
    assert (world.folder / "h.csv").exists()
    monkeypatch.undo()
    assert world.gone("h.csv") == [("accepted", "", 1)]


def test_seen_is_accepted_and_repeats_and_refused(world: World) -> None:
    content = player.csv([("S01/T1S", NOW - 90, 3)])
    for name in ("i.csv", "j.csv"):
        player.drop(world.folder, name, content)
        world.gone(name)
    player.drop(world.folder, "k.csv", b"nothing of ours")
    world.gone("k.csv", "failed")
    counts = world.inside.gateway.counts()
    assert sum(counts.values()) == len(world.inside.gateway.told)
    assert min(counts.values()) > 0


def test_quarantine_is_decoded_again_after_the_tag_is_registered() -> None:
    raw = b"tag,time,value\nS09/T1S,1795307400000,1"
    setting = Setting(Source(1, "weak", "drop"), {"S09/T1S": 4})
    assert decode(raw, setting).series.tolist() == [4]
    assert decode(raw + b"\nS09/T1S,now,1", setting).faults.tolist()[1] > 0  # type: ignore[union-attr]
    with pytest.raises(Refused):
        decode(b"", setting)
