"""The one exception of this part."""

from __future__ import annotations

from anju.kernel.values.refusal import Refusal


class FileRefused(Refusal):
    """A file that is not taken or not given out: one sentence and a next step."""
