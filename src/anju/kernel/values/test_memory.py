from __future__ import annotations

from anju.kernel.values import memory


class Person:
    pass


def test_an_answer_is_found_once_a_request_and_anew_in_the_next() -> None:
    person, asked = Person(), []

    def find() -> int:
        asked.append(1)
        return len(asked)

    assert [memory.recalled(person, "roles", find) for _ in range(2)] == [1, 2]  # outside a request
    memory.begin(person)
    assert [memory.recalled(person, "roles", find) for _ in range(3)] == [3, 3, 3]
    assert memory.recalled(person, "scope", find) == 4
    memory.begin(person)
    assert memory.recalled(person, "roles", find) == 5
