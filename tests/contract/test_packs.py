"""What every registered pack keeps: a valid descriptor, paths that lead somewhere, pages that open."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anju import enabled
from anju.kernel import packs

REGISTRY = packs.load(enabled.PACKS)
PACKS = [pytest.param(pack, id=pack.code) for pack in REGISTRY.packs]


@pytest.mark.parametrize("pack", PACKS)
def test_descriptor_is_valid(pack: packs.Pack) -> None:
    packs.validate(pack)
    assert pack.code in enabled.PACKS
    assert re.search(r"[一-鿿]", pack.name + pack.owner_office)


@pytest.mark.parametrize("pack", PACKS)
def test_every_dotted_path_leads_to_something_callable(pack: packs.Pack) -> None:
    assert [path for path in packs.dotted_paths(pack) if not callable(packs.resolve(path))] == []


@pytest.mark.parametrize("pack", PACKS)
def test_the_descriptor_imports_no_django(pack: packs.Pack) -> None:
    script = f"import sys, anju.packs.{pack.code}.pack; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.django_db
def test_the_pack_fills_the_sample_city_and_its_pages_open(
    pack: packs.Pack, sign_in: Callable[[str], Client], django_assert_max_num_queries: Any
) -> None:
    """Each page of the menu opens with few questions, under its name, for a role that may see it."""
    if pack.demo:
        packs.resolve(pack.demo.build)(None)
    roles = {permission.code: permission.roles[0] for permission in pack.permissions}
    for page in (page for page in pack.pages if page.in_menu):
        client = sign_in(roles[page.permission])
        with django_assert_max_num_queries(20):
            response = client.get(f"/{page.path}", follow=True)
        html = response.content.decode()
        assert response.status_code == 200
        assert re.search(r"<title>[^<]*[一-鿿][^<]* · 安居</title>", html)
        assert f'<a href="/{page.path}"' in html
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
