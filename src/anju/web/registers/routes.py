"""The addresses of a register: those of its descriptor, and no other."""

from __future__ import annotations

from django.urls import URLPattern, path

from anju.kernel.packs import Register
from anju.web.registers.detail import detail_view
from anju.web.registers.editing.pages import change_view, new_view
from anju.web.registers.listing import list_view
from anju.web.registers.views.area_map import map_view
from anju.web.registers.views.board import board_view
from anju.web.registers.views.points import points_view


def routes_of(register: Register) -> list[URLPattern]:
    found = [
        path(register.path, list_view(register)),
        path(f"{register.path}<uuid:key>/", detail_view(register)),
    ]
    if register.board:
        found.append(path(f"{register.path}board/", board_view(register)))
    if register.area:
        found.append(path(f"{register.path}map/", map_view(register)))
    if register.points:
        found.append(path(f"{register.path}points/", points_view(register)))
    if register.form:
        found.append(path(f"{register.path}new/", new_view(register, register.form)))
        found.append(path(f"{register.path}<uuid:key>/edit/", change_view(register, register.form)))
    return found
