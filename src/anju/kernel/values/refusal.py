"""The one shape of everything that cannot be done: what is wrong, and what to do next."""

from __future__ import annotations


class Refusal(Exception):
    """One sentence for the person who asked, and a next step. Pages and commands show both."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{next_step}")
        self.sentence = sentence
        self.next_step = next_step
