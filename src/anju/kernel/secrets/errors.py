"""The one exception of this part."""

from __future__ import annotations


class SecretError(Exception):
    """A key or a sealed value that cannot be used: one sentence and a next step, neither shows a secret."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{next_step}")
        self.sentence = sentence
        self.next_step = next_step
