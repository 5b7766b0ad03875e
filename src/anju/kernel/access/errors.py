"""What access refuses, as one sentence and a next step."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.text import format_lazy

from anju.kernel.wording import joint


class AccessError(Exception):
    """Refused: ``sentence`` says what, ``next_step`` what the person can do.

    Both are lazy, for the audit keeps in Chinese what the page says in its language; ``values`` go into the sentence.
    """

    def __init__(self, sentence: Promise, next_step: Promise, **values: object) -> None:
        self.sentence = format_lazy(sentence, **values)
        self.next_step = next_step
        super().__init__(f"{self.sentence}{joint()}{next_step}")
