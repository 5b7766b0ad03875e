"""Forms from templates: a layout is one xlsx file that an official edits, without code.

``read_template`` reads it, ``fill`` makes a ``Grid`` of it and of nested data, ``WRITERS`` turn the grid into a file,
and ``read_form`` gives the data of such a file again.
"""

from .fill import Data, Value, fill
from .grid import Cell, FormError, Grid, Page, Style
from .reading import Tree, read_form
from .template import Template, read_template
from .writers import WRITERS, to_docx, to_pdf, to_xlsx

__all__ = [
    "WRITERS",
    "Cell",
    "Data",
    "FormError",
    "Grid",
    "Page",
    "Style",
    "Template",
    "Tree",
    "Value",
    "fill",
    "read_form",
    "read_template",
    "to_docx",
    "to_pdf",
    "to_xlsx",
]
