"""Run a command with a PostgreSQL server of its own: binaries from the package index, data in a temporary folder.

The server listens on a socket in that folder only, and forgoes durability: nothing here outlives the run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 60")


def main() -> int:
    warnings.filterwarnings("ignore", module="pgserver")
    import pgserver

    with tempfile.TemporaryDirectory(prefix="anju-pg-") as folder:
        os.chmod(folder, 0o755)  # the server runs as an ordinary user of its own where we are root
        data = Path(folder, "data")
        server = pgserver.get_server(data, cleanup_mode="stop")
        for setting in QUICK:
            name, _, value = setting.partition(" = ")
            server.psql(f"ALTER SYSTEM SET {name} = '{value}';")
        server.cleanup()
        server = pgserver.get_server(data, cleanup_mode="stop")
        try:
            return subprocess.run(
                sys.argv[1:], env=os.environ | {"ANJU_DATABASE_URL": server.get_uri()}
            ).returncode
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main())
