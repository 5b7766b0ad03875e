"""Starting the sealer from the gateway, so that its work and its memory are not the gateway's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def start(data: Path, every: float = 120) -> subprocess.Popen[bytes]:
    """A sealer for the data folder of an installation. It ends when its standard input is closed, so with its parent;
    its standard output has a line of JSON for each round."""
    command = [
        sys.executable,
        "-m",
        "anju.kernel.telemetry.store.sealing",
        os.fspath(data),
        "--every",
        str(every),
    ]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
