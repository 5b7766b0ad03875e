"""Serve the pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from anju.console import say

LOOPBACK = "127.0.0.1"


class PortError(Exception):
    """The port cannot be had: one sentence and a next step."""

    def __init__(self, port: int) -> None:
        self.sentence = f"端口{port}不能用，可能已被占用。"
        self.next_step = f"换一个端口，例如anju demo --port {port + 1 if port < 65535 else 8000}。"
        super().__init__(f"{self.sentence}{self.next_step}")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; ``PortError`` when the port is taken or forbidden."""
    server = socket.socket()
    # Without this a port stays refused for a minute after the last demonstration ended.
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        server.bind((host, port))
        server.listen()
    except OSError as error:
        server.close()
        raise PortError(port) from error
    return server


_LIVE = "import django; django.setup(); from anju import live; live.run()"


@contextmanager
def beside() -> Iterator[None]:
    """What the demonstration runs beside the pages and ends with them: a worker, a telemetry gateway on any free port
    (its sign of life names it), and the platforms that push to it."""
    commands = (
        ["-m", "anju.cli", "worker"],
        ["-m", "anju.cli", "gateway", "--http-port", "0"],
        ["-c", _LIVE],
    )
    processes = [
        subprocess.Popen([sys.executable, *command], stderr=subprocess.DEVNULL) for command in commands
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def run(server: socket.socket) -> None:
    """Serve until interrupted, having printed the address; the audit is sealed meanwhile."""
    import uvicorn
    from django.core.asgi import get_asgi_application

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    # whitenoise hands out files through plain iterators; they are small and come from the page cache.
    warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
    application = get_asgi_application()
    from anju.kernel.audit import sealer
    from anju.kernel.field.receiving import together

    together.begin()
    stop = threading.Event()
    sealing = threading.Thread(target=sealer.run, args=(stop,), name="sealer", daemon=True)
    sealing.start()
    host, port = server.getsockname()[:2]
    say(f"已就绪：http://{host}:{port}/ （按Ctrl+C停止）")
    # Live pages keep their streams open; they come again, so that none of them holds up the end.
    config = uvicorn.Config(
        application, lifespan="off", log_level="warning", server_header=False, timeout_graceful_shutdown=3
    )
    try:
        uvicorn.Server(config).run(sockets=[server])
    finally:
        stop.set()
        sealing.join(timeout=5)
