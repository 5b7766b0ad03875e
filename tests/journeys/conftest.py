"""A real server with a network before it that can be cut, and a browser the size of a phone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys import serving
from journeys.phones import CHROMIUM, LONG, PHONE, PLACE, QUIET
from journeys.wire import Wire


@pytest.fixture(scope="module")
def field_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("field")
    serving.build(data)
    return data


@pytest.fixture(scope="module")
def field_port(field_city: Path) -> Iterator[int]:
    with serving.serving(field_city) as found:
        yield found


@pytest.fixture
def wire(field_port: int) -> Iterator[Wire]:
    made = Wire(field_port)
    yield made
    made.close()


@pytest.fixture
def playwright() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture
def context(playwright: Any) -> Iterator[Any]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    made = browser.new_context(**PHONE, permissions=["geolocation"], geolocation=PLACE)
    made.set_default_timeout(LONG)
    yield made
    browser.close()


@pytest.fixture
def read(field_city: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """What stands in the server's database."""

    def ask(sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(field_city / "anju.sqlite3") as connection:
            return connection.execute(sql, values).fetchall()

    return ask
