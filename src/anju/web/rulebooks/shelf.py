"""The rulebooks of the kernel and of the enabled packs."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext

from anju.kernel import packs
from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks.kernel import OFFICE, RULEBOOKS


@cache
def books() -> dict[str, tuple[str, Rulebook]]:
    """Each rulebook by its code, with the office that keeps it."""
    of_packs = packs.load(settings.ANJU_PACKS).rulebooks().items()
    shared = {book.code: (OFFICE, book) for book in RULEBOOKS}
    return {code: (pack.owner_office, book) for code, (pack, book) in of_packs} | shared


def book_of(code: str) -> Rulebook:
    """``Http404`` with a sentence for a code that nobody has."""
    if code not in books():
        raise Http404(gettext("没有这份规则表。请从规则表清单进入。"))
    return books()[code][1]
