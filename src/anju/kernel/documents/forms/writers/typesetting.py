"""From a typst text and its data to PDF/A-2u, with the fonts that come with a package."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

import pylopdf_fonts_zh_cn as packaged
import typst

from anju.kernel.documents.forms.grid import FormError
from anju.kernel.documents.forms.writers.packing import MADE

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')


def typeset(source: str, data: dict[str, Any]) -> bytes:
    """The pages of ``source``, a file beside this one that reads ``data`` as JSON from ``sys.inputs.form``.

    Raises ``FormError`` for a character that no font of this machine has.
    """
    form = json.dumps(data, ensure_ascii=False)
    try:
        return _compile(source, form, with_system=False)
    except typst.TypstError as error:
        if not _MISSING.search(error.message):
            raise
    try:  # a rare character, as in names of people and places
        return _compile(source, form, with_system=True)
    except typst.TypstError as error:
        missing = _MISSING.search(error.message)
        if missing is None:
            raise
        raise FormError(
            f"PDF的字体里没有“{missing[1]}”中的字。",
            "请在服务器上安装字体（Debian的软件包fonts-hanazono）后再导出，或者先导出docx。",
        ) from error


def _compile(source: str, form: str, with_system: bool) -> bytes:
    return typst.compile(
        resources.files(__package__).joinpath(source).read_bytes(),
        font_paths=_fonts(with_system),
        ignore_system_fonts=not with_system,
        format="pdf",
        sys_inputs={"form": form},
        pdf_standards="a-2u",
        timestamp=datetime.fromtimestamp(MADE.timestamp(), UTC),
    )


@cache
def _fonts(with_system: bool) -> typst.Fonts:
    fonts = typst.Fonts(
        include_system_fonts=with_system,
        include_embedded_fonts=False,
        font_paths=[packaged.serif_path().parent],
    )
    if not {SERIF, SANS} <= set(fonts.families()):  # typst leaves a text without any font out, silently
        raise FormError(
            "没有找到PDF要用的中文字体。", "请重新安装软件包pylopdf-fonts-zh-cn，或者先导出docx。"
        )
    return fonts
