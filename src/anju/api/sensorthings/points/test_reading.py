"""Pages of points over sealed days and open segments: in order, counted, and without reading what is not needed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from anju.api.sensorthings.filters.parsing import parse
from anju.api.sensorthings.options import Options, Order, read
from anju.api.sensorthings.points import reading
from anju.api.sensorthings.points.asking import FOREVER, ask
from anju.api.sensorthings.points.reading import Found, Reading
from anju.api.sensorthings.points.store import Numbers, Store, spans
from anju.api.sensorthings.problems import Problem
from anju.kernel.telemetry.frames import Frame, Reason, Status, key_of
from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.points import Points
from anju.kernel.telemetry.store import days
from anju.kernel.telemetry.store.journal import Journal
from anju.kernel.telemetry.store.latest import LatestWriter
from anju.kernel.telemetry.store.reading import History
from anju.kernel.telemetry.store.sealing.rounds import Options as Sealing
from anju.kernel.telemetry.store.sealing.rounds import seal

# 2026-11-01 00:00 in China; a value every ten minutes for 20 days, the last two of them not sealed.
BEGIN = days.start_of(days.date_of(1_793_505_600_000))
STEP, A_DAY, DAYS, SEALED = 600_000, 144, 20, 18


class Watched(Store):
    """Remembers how many points were read."""

    read = 0

    def points(self, numbers: Numbers, since: int, until: int) -> Points:
        found = super().points(numbers, since, until)
        self.read += len(found)
        return found


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """Series 1 and 2 rise by 1 a step from 0 and from 10,000; series 3 has one value of before all sealed days."""
    layout = Layout.of(tmp_path_factory.mktemp("data"))
    journal, latest = Journal.open(layout, BEGIN), LatestWriter(layout)
    steps = np.arange(A_DAY * DAYS)
    sealed = steps < A_DAY * SEALED
    for number, which in ((1, steps[sealed]), (2, steps[~sealed])):
        for series in (1, 2):
            _commit(journal, latest, series, BEGIN + which * STEP, which + (series - 1) * 10_000.0)
        if number == 1:
            journal.close_pair()
            seal(layout, BEGIN + DAYS * days.DAY, Sealing(grace=-1_000_000))
    _commit(journal, latest, 3, np.array([BEGIN - days.DAY]), np.array([7.0]))
    latest.close()
    journal.close()
    return layout


def _commit(journal: Journal, latest: LatestWriter, series: int, time: np.ndarray, value: np.ndarray) -> None:
    number, count = journal.next_number, len(time)
    received = BEGIN + 30 * days.DAY
    points = Points(
        np.full(count, series, np.uint32),
        time.astype(np.int64),
        value.astype(np.float64),
        np.zeros(count, np.uint8),
        np.full(count, received, np.int64),
        np.full(count, number, np.uint64),
    )
    key = key_of(1, b"%d" % number)
    journal.commit(
        [Frame(number, 1, received, "http", key, Status.ACCEPTED, Reason.NONE, count, 0, b"")], points
    )
    latest.update(points)


@pytest.fixture
def store(layout: Layout) -> Watched:
    return Watched(layout, History(layout))


def page(store: Store, options: Options, numbers: tuple[int, ...] = (1, 2, 3)) -> Found:
    asked = ask(options.condition)
    return Reading(store, np.array(numbers, np.uint32), asked, lambda node, series: None).page(options)


def test_the_oldest_and_the_newest_come_first_as_asked(store: Watched) -> None:
    oldest = page(store, Options(top=3))
    assert [(one.series, one.time) for one in oldest.points] == [
        (3, BEGIN - days.DAY),
        (1, BEGIN),
        (2, BEGIN),
    ]
    last = BEGIN + (A_DAY * DAYS - 1) * STEP
    newest = page(store, Options(top=2, orders=(Order(parse("phenomenonTime"), True),)))
    assert [(one.series, one.time) for one in newest.points] == [(1, last), (2, last)]
    assert (oldest.more, newest.more) == (True, True)


def test_a_page_reads_a_page_and_not_the_history(store: Watched) -> None:
    """Of 2,880 values of a series the newest ten, and those of an hour ten days ago, cost no more than hours."""
    page(store, Options(top=10, orders=(Order(parse("phenomenonTime"), True),)), (1,))
    assert store.read <= 6 * 7
    store.read = 0
    hour = read(
        {"$filter": "phenomenonTime ge 2026-11-10T00:00:00Z and phenomenonTime lt 2026-11-10T01:00:00Z"}
    )
    assert len(page(store, hour, (1,)).points) == 6
    assert store.read == 6


def test_pages_join_over_the_edge_of_what_is_sealed(store: Watched) -> None:
    edge = A_DAY * SEALED
    found = page(store, Options(top=4, skip=edge - 2), (1,))
    assert [one.value for one in found.points] == [edge - 2, edge - 1, edge, edge + 1]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 2 * A_DAY * DAYS + 1),
        ("phenomenonTime ge 2026-11-02T00:00:00+08:00", 2 * A_DAY * (DAYS - 1)),
        ("phenomenonTime gt 2026-11-02T00:00:00+08:00", 2 * (A_DAY * (DAYS - 1) - 1)),
        ("phenomenonTime lt 2026-11-03T12:00:00+08:00", 2 * A_DAY * 2 + A_DAY + 1),
        ("phenomenonTime ge 2026-11-19T06:00:00+08:00", 2 * (A_DAY * 2 - 36)),
        ("phenomenonTime ge 2026-11-05T06:00:00+08:00 and phenomenonTime lt 2026-11-05T07:00:00+08:00", 12),
        ("result lt 5", 5),
        ("result ge 10000 and phenomenonTime lt 2026-11-02T00:00:00+08:00", A_DAY),
    ],
)
def test_counts_are_those_of_the_values(store: Watched, text: str, count: int) -> None:
    options = read({"$count": "true", "$top": "0"} | ({"$filter": text} if text else {}))
    assert page(store, options).count == count


def test_whole_days_are_counted_without_being_read(store: Watched) -> None:
    asked = ask(parse("phenomenonTime ge 2026-11-02T00:00:00+08:00"))
    counted = Reading(store, np.array([1], np.uint32), asked, lambda node, series: None).count()
    assert counted == A_DAY * (DAYS - 1)
    # The last day is not over: its values end ten minutes before midnight.
    assert store.read == A_DAY


def test_what_would_read_too_much_is_refused(store: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_READ", 1000)
    with pytest.raises(Problem, match="超过1000个"):
        page(store, read({"$filter": "result lt 0"}))


def test_pieces_of_time_join_and_grow() -> None:
    for backwards in (False, True):
        cut = list(spans(0, 100 * days.DAY, days.HOUR, backwards))
        in_order = sorted(cut)
        assert in_order[0][0] == 0
        assert in_order[-1][1] == 100 * days.DAY
        assert all(one[1] == other[0] for one, other in pairwise(in_order))
        assert max(end - begin for begin, end in cut) <= 31 * days.DAY


def test_bounds_are_whole_milliseconds() -> None:
    """15:00:00.0005 lies between two: from behind it is the next one, up to it the one before."""
    at = 1_795_878_000_000
    for text, since, until in (
        ("ge 2026-11-28T15:00:00.0005Z", at + 1, FOREVER),
        ("gt 2026-11-28T15:00:00Z", at + 1, FOREVER),
        ("le 2026-11-28T15:00:00.0005Z", 0, at + 1),
        ("lt 2026-11-28T15:00:00Z", 0, at),
        ("eq 2026-11-28T15:00:00Z", at, at + 1),
    ):
        asked = ask(parse(f"phenomenonTime {text}"))
        assert (asked.since, asked.until, asked.rest) == (since, until, ()), text
