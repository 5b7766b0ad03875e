"""Reading text and tables out of office files of any kind, with the place of every word.

``read(path)`` and ``read_text(text, name)`` return a ``Document``; whatever cannot be read raises
``DocumentError`` with a sentence and a next step in Chinese.
"""

from .model import Document, DocumentError, Quote, Table
from .reader import read
from .text import read_text

__all__ = ["Document", "DocumentError", "Quote", "Table", "read", "read_text"]
