"""Write the two lock files from pyproject.toml: exact versions with hashes, good for every platform."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOCKS = {"requirements.lock": ("build",), "requirements-dev.lock": ("build", "dev")}


def main() -> None:
    uv = str(Path(sys.executable).parent / "uv")
    for lock, extras in LOCKS.items():
        options = ["--universal", "--generate-hashes", "--no-header", "--no-annotate", "--upgrade", "--quiet"]
        options += [f"--extra={extra}" for extra in extras]
        subprocess.run([uv, "pip", "compile", *options, "pyproject.toml", "-o", lock], check=True)


if __name__ == "__main__":
    main()
