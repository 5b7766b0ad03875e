"""A grid as a file: Word, workbook or PDF."""

from collections.abc import Callable

from anju.kernel.documents.forms.grid import Grid

from .to_docx import to_docx
from .to_pdf import to_pdf
from .to_xlsx import to_xlsx

WRITERS: dict[str, Callable[[Grid], bytes]] = {"docx": to_docx, "xlsx": to_xlsx, "pdf": to_pdf}

__all__ = ["WRITERS", "to_docx", "to_pdf", "to_xlsx"]
