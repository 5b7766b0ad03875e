from __future__ import annotations

import threading

from anju.kernel.records.turns import Turns


def test_turns_are_taken_in_the_order_in_which_they_were_asked_for() -> None:
    turns, order = Turns(), []

    def take(n: int) -> None:
        with turns:
            order.append(n)

    threads = [threading.Thread(target=take, args=(n,)) for n in range(5)]
    with turns:
        for place, thread in enumerate(threads, 2):
            thread.start()
            while turns._next < place:  # until it has asked
                threading.Event().wait(0.001)
        assert order == []
    for thread in threads:
        thread.join(5)
    assert order == [0, 1, 2, 3, 4]


def test_a_turn_ends_also_where_its_work_fails() -> None:
    turns = Turns()
    try:
        with turns:
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with turns:
        pass
