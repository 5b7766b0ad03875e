"""Addresses: one for each page of the enabled packs. The front page leads to the first of them."""

from __future__ import annotations

from django.conf import settings
from django.urls import path
from django.views.generic import RedirectView

from anju.kernel import packs

_pages = [page for _, page in packs.load(settings.ANJU_PACKS).pages()]

urlpatterns = [path(page.path, packs.resolve(page.view), name=page.path) for page in _pages]
urlpatterns += [path("", RedirectView.as_view(url=f"/{page.path}")) for page in _pages[:1]]

handler400 = "anju.web.errors.bad_request"
handler403 = "anju.web.errors.forbidden"
handler404 = "anju.web.errors.not_found"
handler500 = "anju.web.errors.server_error"
