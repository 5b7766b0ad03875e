"""The navigation: pages of the enabled packs under the office that owns them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from anju.kernel import packs


def navigation(request: HttpRequest) -> dict[str, object]:
    """Template context: ``offices``, the pages of each office by its heading, and ``page``, the one shown."""
    offices: dict[str, list[packs.Page]] = {}
    current = None
    for pack, page in packs.load(settings.ANJU_PACKS).pages():
        offices.setdefault(f"{pack.owner_office} · {pack.name}", []).append(page)
        if request.path == f"/{page.path}":
            current = page
    return {"offices": offices, "page": current}
