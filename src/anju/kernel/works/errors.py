"""What a step of a works project is refused with."""

from __future__ import annotations

from anju.kernel.values.refusal import Refusal


class WorksError(Refusal):
    """A step that cannot be taken; ``field`` is the input that it is about, "" for the step as a whole."""

    def __init__(self, sentence: str, next_step: str, field: str = "") -> None:
        super().__init__(sentence, next_step)
        self.field = field
