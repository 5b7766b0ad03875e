"""A real server in a process of its own, over a sample city in a folder of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUILD = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from anju.kernel.secrets import KeyRing
from django.conf import settings
KeyRing.create(settings.DATA)
from anju.kernel.access import sample as people
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places
places.build(); parties.build(); people.build()
"""
SERVE = "import sys; from anju.web.serve import listen, run; run(listen('127.0.0.1', int(sys.argv[1])))"


def environment(data: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k != "ANJU_DATABASE_URL"}
    return kept | {"ANJU_DATA": str(data), "ANJU_DEMO": "1", "DJANGO_SETTINGS_MODULE": "anju.settings"}


def run(data: Path, script: str) -> str:
    """What a script prints that runs over the data of the city."""
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(data), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def build(data: Path) -> None:
    run(data, BUILD)


@contextmanager
def serving(data: Path) -> Iterator[int]:
    """The port of a server that answers; it is ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(port)], env=environment(data))
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server does not answer")
