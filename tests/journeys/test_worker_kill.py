"""A worker killed without warning, again and again: everything that was asked is computed, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ASKED = 4000
ROUNDS = 3
PREPARE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from anju.kernel.indicators import requests
from anju.kernel.indicators.testing import define
requests.ask(define(), (f"test:{{n}}" for n in range({ASKED})), "2021", timezone.now())
"""
COUNT = """
import django; django.setup()
from anju.kernel.indicators.models import Evidence, Request, Value
subjects = Value.objects.current().values_list("subject", flat=True)
print(Request.objects.count(), len(set(subjects)), len(subjects), Evidence.objects.count())
"""


def run(data: Path, script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(data), capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def environment(data: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k != "ANJU_DATABASE_URL"}
    return kept | {"ANJU_DATA": str(data), "DJANGO_SETTINGS_MODULE": "anju.settings"}


def counts(data: Path) -> list[int]:
    return [int(n) for n in run(data, COUNT).split()]


def test_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    run(tmp_path, PREPARE)
    waiting = ASKED
    for _ in range(ROUNDS):
        worker = subprocess.Popen(
            [sys.executable, "-m", "anju.cli", "worker"], env=environment(tmp_path), stderr=subprocess.PIPE
        )
        assert worker.stderr is not None
        worker.stderr.readline()  # it has started
        time.sleep(0.5)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        left, subjects, values, proofs = counts(tmp_path)
        # What went has its value, and no transaction was kept by half.
        assert (left + subjects, subjects, values) == (ASKED, values, proofs)
        assert left <= waiting
        waiting = left
    worker = subprocess.Popen(
        [sys.executable, "-m", "anju.cli", "worker"], env=environment(tmp_path), stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(60):
            if counts(tmp_path)[0] == 0:
                break
            time.sleep(0.5)
    finally:
        worker.terminate()
        assert worker.wait(timeout=20) == 0
    assert counts(tmp_path) == [0, ASKED, ASKED, ASKED]
