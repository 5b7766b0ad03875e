"""The copy that readers get: images without anything but pixels, csv without formulas."""

from __future__ import annotations

import csv
import io
import re

from PIL import Image, ImageOps

from anju.kernel.documents.guard import damaged
from anju.kernel.documents.html import decode_html
from anju.kernel.documents.text import read_csv

from .errors import FileRefused
from .limits import Limits

_FORMATS = {"jpg": "JPEG", "png": "PNG"}
_QUALITY = 90
# Full-width signs too: a spreadsheet set to Chinese reads them as formulas.
_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")


def served(data: bytes, kind: str, name: str, limits: Limits) -> bytes:
    """The bytes to serve for an original; the original itself when its kind is not re-encoded.

    Raises ``FileRefused`` for an image that is broken or has too many pixels.
    """
    if kind in _FORMATS:
        return _pixels(data, kind, name, limits)
    return _plain_cells(data, name) if kind == "csv" else data


def check(data: bytes, kind: str, name: str, limits: Limits) -> None:
    """Refuse, by its head alone, an image that is none or has too many pixels: for a copy that is made later."""
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as image:
            width, height = image.size
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name, limits) from error
    except Exception as error:  # as below
        raise _broken(name) from error
    if width * height > limits.pixels:
        raise _too_many_pixels(name, limits)


def _pixels(data: bytes, kind: str, name: str, limits: Limits) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as image:
            width, height = image.size
            if width * height > limits.pixels:
                raise _too_many_pixels(name, limits)
            upright = ImageOps.exif_transpose(image)
            return _encoded(upright, kind)
    except FileRefused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name, limits) from error
    except Exception as error:  # a broken image makes Pillow raise many kinds
        raise _broken(name) from error


def _broken(name: str) -> FileRefused:
    broken = damaged(name)
    return FileRefused(broken.sentence, broken.next_step)


def _too_many_pixels(name: str, limits: Limits) -> FileRefused:
    return FileRefused(
        f"图片「{name}」超过{limits.pixels // 10_000}万像素的上限，已拒绝。", "请缩小图片后再提交。"
    )


def _encoded(image: Image.Image, kind: str) -> bytes:
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if kind == "jpg" and image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    image.info = {}  # comments and colour profiles would be copied from here
    out = io.BytesIO()
    image.save(out, _FORMATS[kind], **({"quality": _QUALITY} if kind == "jpg" else {}))
    return out.getvalue()


def _plain_cells(data: bytes, name: str) -> bytes:
    """UTF-8 with byte order mark, commas; a cell that a spreadsheet would compute begins with an apostrophe."""
    document = read_csv(decode_html(data) or "", name)
    out = io.StringIO()
    writer = csv.writer(out)
    for table in document.tables() if document else ():
        writer.writerows([_plain(cell.text) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
