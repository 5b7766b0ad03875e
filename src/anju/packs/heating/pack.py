"""Heating supervision and command (供热监管指挥): what the pack offers, as data."""

from __future__ import annotations

from anju.kernel.packs import Command, Pack
from anju.packs.heating.properties import PROPERTIES
from anju.packs.heating.rulebooks import RULEBOOKS

PACK = Pack(
    code="heating",
    name="供热监管指挥",
    owner_office="供热管理科",
    legal_basis=("河北省供热用热办法", "唐山市供热管理办法", "GB/T 33833-2017"),
    commands=(Command("heating", "anju.packs.heating.commands.heating"),),
    rulebooks=RULEBOOKS,
    properties=PROPERTIES,
)
