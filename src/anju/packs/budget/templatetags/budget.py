"""Template filters of the budget pages."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from anju.kernel.values.target_value import inferred_op, parse
from anju.packs.budget import presentation, wording

register = template.Library()
register.filter("money", presentation.money)


@register.filter
def parsed(target: Mapping[str, str | None]) -> str:
    """What the value grammar understood of a target's value, in words."""
    if not target["value"]:
        return "—"
    value = parse(target["value"])
    return wording.value_words(value, inferred_op(target["level2"] or "", target["name"] or "", value))
