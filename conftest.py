"""A skipped test is a failure in continuous integration, unless it needs files that are really not there."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import django
import pytest

ROOT = Path(__file__).parent
# Skips of tests that compare with the original files, which are not part of the product.
ALLOWED = "needs ../shared"


def pytest_configure() -> None:
    """Tests of pages meet the settings of the product."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    django.setup()


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
