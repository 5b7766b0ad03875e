"""What one upload, and one owner, may take."""

from __future__ import annotations

from dataclasses import dataclass

from anju.kernel.documents.guard import MAX_FILE_BYTES


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one file, files of one owner, pixels of one image."""

    file_bytes: int = MAX_FILE_BYTES
    files_of_owner: int = 10_000
    # The largest phone cameras in common use make 50 million; decoded that is 150 MB.
    pixels: int = 50_000_000


DEFAULT = Limits()
