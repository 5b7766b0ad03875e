"""Figures, amounts, codes and departments as cells write them."""

from __future__ import annotations

import re
from decimal import Decimal

from anju.kernel.values.money import wan_yuan
from anju.packs.budget.forms import vocabulary
from anju.packs.budget.targetfile import Department

# 6 digits + letter + year + 2 letters + serial, or the 21 characters of the unified budget platform.
CODE = re.compile(r"\d{6}[A-Z]\d{2}[A-Z]{2}\d{4}|\d{8}[A-Z][0-9A-Z]{12}")
_UNIT_CODE = re.compile(r"^\s*[\[(（【]?\s*(\d{3,9})\s*[\])）】]?\s*[-—－_ ]*\s*(\D.*)$", re.S)
_FIGURE = re.compile(r"([+-]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?)\s*[%％]?")
# 305007 某局; （305007）某局; 预算单位：305007某局; 一、305007某局
_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}\s*、|[(（][一二三四五六七八九十]{1,3}[)）]、?)?\s*(?P<label>[^:：\d]{2,10}[:：])?\s*"
    r"[\[(（【]?(?P<code>\d{6})[\])）】]?\s*[-—－_ ]?\s*(?P<name>[\u4e00-\u9fff（）()·]{4,40})\s*$"
)
UNIT_FIELDS = ("department", "unit", "department_code", "unit_code")


def number(text: str) -> Decimal | None:
    """A bare figure such as ``1,234.50`` or ``35%``; None when it is anything else."""
    figure = _FIGURE.fullmatch(text.strip())
    return Decimal(figure[1].replace(",", "").replace("，", "")) if figure else None


def money(text: str, in_yuan: bool) -> Decimal | None:
    """An amount cell in 万元: its own unit counts first (``250万``), else the form's."""
    text = text.strip().lstrip("¥￥")
    bare_figure = number(text)
    if bare_figure is None:
        return wan_yuan(text)
    return bare_figure / 10_000 if in_yuan else bare_figure


def department_heading(text: str) -> Department | None:
    """The department whose forms follow, when a line says no more than its code and name."""
    match = _HEADING.match(text) if len(text) < 80 else None
    if match is None or (match["label"] and vocabulary.field_of(match["label"]) not in UNIT_FIELDS):
        return None
    return Department(match["code"], match["name"])


def department_of(text: str, code: str | None = None) -> Department:
    """``219001-某镇人民政府``, ``[015001]某区教育局`` or a bare name."""
    coded = _UNIT_CODE.match(text)
    if coded:
        return Department(coded[1], "".join(coded[2].split()))
    return Department(code, "".join(text.split()) or None)
