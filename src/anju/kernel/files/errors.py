"""The one exception of this part."""

from __future__ import annotations


class FileRefused(Exception):
    """A file that is not taken or not given out: one sentence and a next step."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{next_step}")
        self.sentence = sentence
        self.next_step = next_step
