"""What access refuses, as one sentence and a next step."""

from __future__ import annotations


class AccessError(Exception):
    """Refused: ``sentence`` says what, ``next_step`` what the person can do."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{next_step}")
        self.sentence = sentence
        self.next_step = next_step
