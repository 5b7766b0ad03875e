"""What every registered pack keeps: a valid descriptor, paths that lead somewhere, pages that open."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.test import Client

from anju import enabled
from anju.kernel import packs

REGISTRY = packs.load(enabled.PACKS)
PACKS = [pytest.param(pack, id=pack.code) for pack in REGISTRY.packs]
PAGES = [pytest.param(page, id=page.path) for _, page in REGISTRY.pages()]
SLOWEST = 2.0


@pytest.fixture(scope="session", autouse=True)
def sample() -> Iterator[None]:
    """Pages show the sample of the demonstration, read before the clock runs."""
    demo = REGISTRY.demo()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(demo.variable, str(packs.resolve(demo.sample)()))
        packs.resolve(demo.start)()
        yield


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


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_in_time_under_its_name(page: packs.Page) -> None:
    client = Client(headers={"host": "localhost"})
    started = time.perf_counter()
    response = client.get(f"/{page.path}")
    assert time.perf_counter() - started < SLOWEST
    html = response.content.decode()
    assert response.status_code == 200
    assert re.search(r"<title>[^<]*[一-鿿][^<]* · 安居</title>", html)
    assert f'<a href="/{page.path}" aria-current="page">{page.name}</a>' in html
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
