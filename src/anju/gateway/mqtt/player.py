"""Stations that publish to a broker, and the broker itself (mosquitto): for tests, measurements and the demonstration."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

# Debian keeps it out of the path of ordinary accounts.
_PLACES = "/usr/sbin:/usr/local/sbin"
_PATIENCE = 10.0


def mosquitto() -> str | None:
    """The program of the broker, where there is one."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=_PLACES)


@dataclass(frozen=True, slots=True)
class Broker:
    port: int
    folder: Path

    def account(self, user: str, password: str) -> None:
        """Let somebody in; call it before ``broker`` starts."""
        program = shutil.which("mosquitto_passwd") or shutil.which("mosquitto_passwd", path=_PLACES)
        subprocess.run([str(program), "-b", str(self.folder / "accounts"), user, password], check=True)


@contextmanager
def broker(folder: Path, accounts: dict[str, str]) -> Iterator[Broker]:
    """A broker on a free port with accounts, room for many messages, and sessions that survive its end."""
    port = _free_port()
    made = Broker(port, folder)
    (folder / "accounts").touch(mode=0o600)
    for user, password in accounts.items():
        made.account(user, password)
    settings = folder / "mosquitto.conf"
    settings.write_text(
        # Without its own account a broker that root starts becomes another one, which may not read the folder.
        f"user {pwd.getpwuid(os.getuid()).pw_name}\nlistener {port} 127.0.0.1\nallow_anonymous false\npassword_file {folder / 'accounts'}\n"
        f"persistence true\npersistence_location {folder}/\nmax_inflight_messages 2000\n"
        "max_queued_messages 0\nset_tcp_nodelay true\nlog_type none\n"
    )
    process = subprocess.Popen([str(mosquitto()), "-c", str(settings)], stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield made
    finally:
        process.terminate()
        process.wait()


class Station:
    """Publishes with QoS 1; ``acknowledged`` are the payloads that the broker has taken."""

    def __init__(self, port: int, user: str, password: str, will: str = "") -> None:
        client = paho.Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set(user, password)
        client.max_inflight_messages_set(2_000)
        client.max_queued_messages_set(0)
        if will:
            client.will_set(will, b"offline", qos=1, retain=True)
        self._client = client
        self._ready = threading.Event()
        client.on_connect = lambda *_: self._ready.set()
        client.connect("127.0.0.1", port)
        client.loop_start()
        if not self._ready.wait(_PATIENCE):
            raise TimeoutError("the broker does not answer")

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> paho.MQTTMessageInfo:
        return self._client.publish(topic, payload, qos=1, retain=retain)

    def break_off(self) -> None:
        """As a cut cable would: the broker says the last will."""
        connection: Any = self._client.socket()
        connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(port: int) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("the broker does not listen")
