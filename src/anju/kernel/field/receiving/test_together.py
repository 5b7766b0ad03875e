from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from anju.kernel.field.receiving import together
from anju.kernel.field.receiving.together import Together


def test_those_who_wait_are_done_in_one_go_and_each_gets_its_own() -> None:
    batches: list[list[int]] = []
    first, free = threading.Event(), threading.Event()

    def do(given: list[int]) -> list[int]:
        batches.append(given)
        first.set()
        free.wait(5)
        return [number * 2 for number in given]

    shared = Together(do, most=3)
    answers: dict[int, int] = {}
    threads = [threading.Thread(target=lambda n=n: answers.update({n: shared(n)})) for n in range(5)]
    threads[0].start()
    first.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(shared._queue) < 4:  # all four wait behind the first
        threading.Event().wait(0.01)
    free.set()
    for thread in threads:
        thread.join(5)
    assert answers == {n: n * 2 for n in range(5)}
    assert [len(batch) for batch in batches] == [1, 3, 1]


def test_what_fails_is_told_to_each_and_the_next_goes_on() -> None:
    def do(given: list[int]) -> list[int]:
        return [1 // number for number in given]

    shared = Together(do)
    with pytest.raises(ZeroDivisionError):
        shared(0)
    assert shared(1) == 1


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The threads of a server, which end with the test."""
    monkeypatch.setattr(together, "_pools", {})
    monkeypatch.setattr(together, "connection", Closed())
    together.begin()
    yield
    for pool in together._pools.values():
        pool.shutdown()


class Closed:
    """In place of the database."""

    times = 0

    def close(self) -> None:
        Closed.times += 1


def test_where_a_server_runs_one_thread_does_it_for_all(serving: None) -> None:
    def do(given: list[int]) -> list[str]:
        return [f"{threading.current_thread().name} {number}" for number in given]

    written, read = Together(do), Together(do, together.READING)
    assert written(1) == "field-writing_0 1"
    assert read(2) == "field-reading_0 2"
    assert together.in_turn(lambda: threading.current_thread().name) == "field-writing_0"


def test_what_fails_there_is_told_and_the_connection_is_made_anew(serving: None) -> None:
    Closed.times = 0
    failing = Together(lambda given: [1 // number for number in given])
    with pytest.raises(ZeroDivisionError):
        failing(0)
    with pytest.raises(ZeroDivisionError):
        together.in_turn(lambda: 1 // 0)
    assert Closed.times == 2
    assert failing(1) == 1
