"""The rulebooks of the kernel's own parts and of the enabled packs."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext

from anju.kernel import packs
from anju.kernel.packs import Pack, Registry, Rulebook
from anju.kernel.surveys.measuring.figures import BOOK
from anju.web.registers.kernel import OFFICE

# Those of parts that every pack uses, under the heading that all offices share.
SHARED = Pack("shared", OFFICE, OFFICE, (), rulebooks=(BOOK,))


@cache
def books() -> dict[str, tuple[Pack, Rulebook]]:
    return packs.load(settings.ANJU_PACKS).rulebooks() | Registry((SHARED,)).rulebooks()


def book_of(code: str) -> Rulebook:
    """``Http404`` with a sentence for a code that no enabled pack has."""
    if code not in books():
        raise Http404(gettext("没有这份规则表。请从规则表清单进入。"))
    return books()[code][1]
