"""A skipped test is a failure in continuous integration, unless it needs files that are really not there."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase

ROOT = Path(__file__).parent
# Skips of tests that compare with the original files, which are not part of the product.
ALLOWED = "needs ../shared"


def pytest_configure() -> None:
    """Tests of pages meet the settings of the product."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()
    # Rulebooks are as they come with the product, so that pure tests and counts of queries meet no database.
    from anju.kernel.values import rulebooks

    rulebooks.kept_by(None)


@pytest.fixture(autouse=True)
def data_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Tests of the database have a data folder of their own, with keys."""
    named = {"db", "transactional_db", "shared_database"} & set(request.fixturenames)
    if not named and "django_db" not in request.keywords:
        return None
    from anju.kernel.secrets import KeyRing

    settings = request.getfixturevalue("settings")
    settings.DATA = tmp_path_factory.mktemp("data")
    KeyRing.create(settings.DATA)
    return Path(settings.DATA)


@pytest.fixture
def kept_rulebooks() -> Generator[None, None, None]:
    """Rulebooks are read from the database, as in an installation."""
    from anju.kernel.rulebooks import texts
    from anju.kernel.values import rulebooks

    texts.forget()
    apps.get_app_config("rulebooks").ready()
    yield
    rulebooks.kept_by(None)
    texts.forget()


@pytest.fixture(autouse=True, scope="session")
def emptying_of_tables() -> Generator[None, None, None]:
    """Tests with real commits end by emptying all tables, which the triggers of the audit would refuse."""
    from anju.kernel.audit import guard

    empty = TransactionTestCase._fixture_teardown

    def without_triggers(case: Any) -> None:
        guard.remove(connection)
        empty(case)
        guard.install(connection)

    TransactionTestCase._fixture_teardown = without_triggers
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    return refuse_skip((yield))


def refuse_skip(report: Any) -> Any:
    """The report as it is, or as a failure when it is a skip that continuous integration does not allow."""
    expected_failure = hasattr(report, "wasxfail")
    if report.skipped and not expected_failure and os.environ.get("CI") == "true":
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        if not reason.startswith(ALLOWED) or (ROOT.parent / "shared").exists():
            report.outcome = "failed"
            report.longrepr = f"skipped in continuous integration: {reason}"
    return report
