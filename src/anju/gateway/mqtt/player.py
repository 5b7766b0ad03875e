"""Stations that publish to a broker, and the broker itself (mosquitto): for tests, measurements and the demonstration."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

# Debian keeps it out of the path of ordinary accounts.
_PLACES = "/usr/sbin:/usr/local/sbin"
_PATIENCE = 30.0
# Messages a write, and messages that may wait for their acknowledgement.
_TOGETHER, _WINDOW = 20, 1_000


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
    """Publishes with QoS 1 by MQTT 3.1.1, written out here so that a measurement does not measure its own client.

    ``publish`` waits for room in the window, ``settle`` until the broker has acknowledged everything.
    """

    def __init__(self, port: int, user: str, password: str, will: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), _PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        flags, fields = 0xC2, [f"station-{id(self)}-{time.time_ns()}".encode()]
        if will:
            # A will with QoS 1, kept by the broker for those who come later.
            flags |= 0x2C
            fields += [will.encode(), b"offline"]
        fields += [user.encode(), password.encode()]
        head = _text(b"MQTT") + bytes([4, flags, 0, 0])
        self._socket.sendall(_packet(0x10, head + b"".join(map(_text, fields))))
        if self._socket.recv(4)[3:] != b"\0":
            raise ConnectionRefusedError("the broker refused the station")
        self._waiting, self._number, self._rest = 0, 0, b""
        self._out: list[bytes] = []

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        self._number = self._number % 65_535 + 1
        number = self._number.to_bytes(2, "big")
        self._out.append(_packet(0x33 if retain else 0x32, _text(topic.encode()) + number + payload))
        self._waiting += 1
        if len(self._out) >= _TOGETHER:
            self.flush()
        while self._waiting >= _WINDOW:
            self._acknowledged()

    def flush(self) -> None:
        self._socket.sendall(b"".join(self._out))
        self._out.clear()

    def settle(self) -> None:
        self.flush()
        while self._waiting:
            self._acknowledged()

    def break_off(self) -> None:
        """As a cut cable would: the broker says the last will."""
        self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.sendall(b"\xe0\0")
        self._socket.close()

    def _acknowledged(self) -> None:
        """An acknowledgement has four bytes, and nothing else comes to a station."""
        got = self._socket.recv(1 << 16)
        if not got:
            raise ConnectionResetError("the broker is gone")
        whole = self._rest + got
        self._waiting -= len(whole) // 4
        self._rest = whole[len(whole) - len(whole) % 4 :]


def _text(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text


def _packet(kind: int, body: bytes) -> bytes:
    """Type and flags, the length in groups of seven bits, the body (MQTT 3.1.1, section 2.2)."""
    length, head = len(body), bytearray([kind])
    while True:
        length, low = divmod(length, 128)
        head.append(low | (0x80 if length else 0))
        if not length:
            return bytes(head) + body


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
