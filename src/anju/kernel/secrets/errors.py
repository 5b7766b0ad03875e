"""The one exception of this part."""

from __future__ import annotations

from anju.kernel.values.refusal import Refusal


class SecretError(Refusal):
    """A key or a sealed value that cannot be used: one sentence and a next step, neither shows a secret."""
