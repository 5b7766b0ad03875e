"""The sealer: a round every few minutes, until its parent closes its standard input.

``python -m anju.kernel.telemetry.store.sealing FOLDER --every 120``. Each round prints a line of JSON: what it did, or
``{"sentence": …, "next_step": …}`` where it could not. A round that fails is tried again.
"""

from __future__ import annotations

import argparse
import os
import select
import sys
import time
from pathlib import Path

import orjson

from anju.kernel.telemetry.layout import Layout
from anju.kernel.telemetry.store.sealing import retention
from anju.kernel.telemetry.store.sealing.rounds import Options, seal
from anju.kernel.values.refusal import Refusal


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="the data folder of the installation")
    parser.add_argument("--every", type=float, default=120, help="seconds between two rounds")
    given = parser.parse_args()
    os.nice(10)
    layout = Layout.of(given.folder)
    while not _ended(given.every):
        print(_round(layout), flush=True)


def _round(layout: Layout) -> str:
    options = Options(keep=retention.told(layout))
    try:
        return orjson.dumps(seal(layout, int(time.time() * 1000), options)).decode()
    except Refusal as refusal:
        return orjson.dumps({"sentence": refusal.sentence, "next_step": refusal.next_step}).decode()


def _ended(seconds: float) -> bool:
    """Wait for the next round; whether the parent has gone meanwhile."""
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready) and not os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    main()
