"""Filters of the pages of works: quantities and amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()
_WAN = 1_000_000  # fen in 10,000 yuan


@register.filter
def plain(number: Decimal | int) -> str:
    """A quantity with thousands apart and without trailing zeros: 380,000; 0.9; a true minus."""
    text = f"{Decimal(number):,.3f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


@register.filter
def signed(number: Decimal | int) -> str:
    """With its sign, for what is added or taken away."""
    return plain(number) if number < 0 else f"+{plain(number)}"


@register.filter
def yuan(fen: int, unit: str = "") -> str:
    """Fen as yuan with two decimals, or as 万元 with two decimals (``wan``)."""
    amount = Decimal(fen) / (_WAN if unit == "wan" else 100)
    return f"{amount:,.2f}".replace("-", "−")
