from __future__ import annotations

import threading

import pytest

from anju.kernel.field.receiving.together import Together


def test_those_who_wait_are_done_in_one_go_and_each_gets_its_own() -> None:
    batches: list[list[int]] = []
    first, free = threading.Event(), threading.Event()

    def do(given: list[int]) -> list[int]:
        batches.append(given)
        first.set()
        free.wait(5)
        return [number * 2 for number in given]

    together = Together(do, most=3)
    answers: dict[int, int] = {}
    threads = [threading.Thread(target=lambda n=n: answers.update({n: together(n)})) for n in range(5)]
    threads[0].start()
    first.wait(5)
    for thread in threads[1:]:
        thread.start()
    while len(together._queue) < 4:  # all four wait behind the first
        threading.Event().wait(0.01)
    free.set()
    for thread in threads:
        thread.join(5)
    assert answers == {n: n * 2 for n in range(5)}
    assert [len(batch) for batch in batches] == [1, 3, 1]


def test_what_fails_is_told_to_each_and_the_next_goes_on() -> None:
    def do(given: list[int]) -> list[int]:
        return [1 // number for number in given]

    together = Together(do)
    with pytest.raises(ZeroDivisionError):
        together(0)
    assert together(1) == 1
