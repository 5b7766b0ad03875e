"""Template filters of the budget pages."""

from __future__ import annotations

from django import template

from anju.packs.budget import presentation

register = template.Library()
register.filter("money", presentation.money)
