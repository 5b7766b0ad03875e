"""From a frame to its alarm on the stream of a signed-in page, while values arrive: ``make bench-telemetry``.

Gateway, pages, both senders and the reader of the stream share the machine. The stream is what the board shows as it
comes; a browser's drawing is not in the figure.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import urlencode

import numpy as np
import orjson

from anju.gateway.http.player import Connection, Sender
from anju.kernel.telemetry import beat
from anju.kernel.telemetry.layout import Layout

sys.path.insert(0, str(Path(__file__).parents[1]))

from journeys import serving

BUILD = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.conf import settings
from django.utils import timezone
from anju.kernel.secrets import KeyRing
KeyRing.create(settings.DATA)
from anju.kernel.access import sample as people
from anju.kernel.parties import sample as parties
from anju.kernel.places import sample as places
from anju.kernel.telemetry import sample
from anju.kernel.telemetry.models import Source, ThresholdRule
from anju.kernel.telemetry.publishing import writer
from anju.kernel.telemetry.sample import continuing
from anju.kernel.watching import intake
places.build(); parties.build(); people.build()
sample.build(); continuing.build(timezone.now())
rule = ThresholdRule.objects.get(code=continuing.LOW_PRESSURE)
rule.parameters = rule.parameters | {"hold": 0}
rule.save()
writer._publish(writer.build(timezone.now()), "bench", [])
intake.take_in(timezone.now())
for code in ("xincheng", "nuanyang"):
    source = Source.objects.get(code=code)
    print(source.code, source.number, source.secret)
"""
RATE, BATCH, ROUNDS = 20_000, 500, 100


async def load(port: int, sender: Sender) -> int:
    """``RATE`` points a second in requests of ``BATCH``, until cancelled; how many requests were late by a second."""
    connection = await Connection.open(port)
    begun, sent = time.perf_counter(), 0
    tags = [f"S{n % 8 + 1}.F2" for n in range(BATCH)]
    while True:
        await asyncio.sleep(max(0.0, begun + sent / RATE - time.perf_counter()))
        now = time.time_ns() // 1_000_000
        points = [{"tag": tag, "time": now - n, "value": 120.0 + n % 7} for n, tag in enumerate(tags)]
        await connection.push(sender, orjson.dumps({"points": points}))
        sent += BATCH


async def pulses(port: int, sender: Sender, seen: Queue[tuple[str, float]]) -> list[float]:
    """Low and normal pressure in turn; how long after the sending of each low one its alarm was read, in s."""
    connection, took = await Connection.open(port), []
    for _ in range(ROUNDS):
        for value, state in ((0.1, "raised"), (0.3, "cleared")):
            begun = time.perf_counter()
            now = time.time_ns() // 1_000_000
            body = orjson.dumps({"points": [{"tag": "S9.P2R", "time": now, "value": value}]})
            await connection.push(sender, body)
            while True:
                told, at = await asyncio.to_thread(seen.get, True, 10)
                if told == state:
                    break
            if state == "raised":
                took.append(at - begun)
            await asyncio.sleep(0.05)
    return took


def listen(port: int, seen: Queue[tuple[str, float]]) -> None:
    """Sign in, open the stream, and note when each alarm of the station is read."""
    page = HTTPConnection("127.0.0.1", port)
    page.request("GET", "/login/")
    answer = page.getresponse()
    answer.read()
    token = answer.getheader("Set-Cookie", "").split("csrftoken=")[1].split(";")[0]
    form = urlencode({"user": "demo-dispatcher", "csrfmiddlewaretoken": token})
    headers = {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    page.request("POST", "/login/demo/", form, headers | {"Referer": f"http://127.0.0.1:{port}/login/"})
    answer = page.getresponse()
    answer.read()
    cookies = "; ".join(v.split(";")[0] for k, v in answer.getheaders() if k.lower() == "set-cookie")
    page.request("GET", "/telemetry/live/", headers={"Cookie": cookies})
    stream = page.getresponse()
    assert stream.status == 200, stream.status
    seen.put(("open", time.perf_counter()))
    for line in stream:
        if line.startswith(b"data: ") and b"heating.low_pressure" in line:
            seen.put((orjson.loads(line[6:])["state"], time.perf_counter()))


async def measure(data: Path, port: int, senders: dict[str, Sender]) -> tuple[list[float], int]:
    layout = Layout.of(data)
    while (sign := beat.read(layout)) is None:
        await asyncio.sleep(0.1)
    seen: Queue[tuple[str, float]] = Queue()
    Thread(target=listen, args=(port, seen), daemon=True).start()
    assert (await asyncio.to_thread(seen.get, True, 20))[0] == "open"
    loading = asyncio.create_task(load(sign.http, senders["nuanyang"]))
    await asyncio.sleep(2)
    before = beat.read(layout)
    begun = time.perf_counter()
    took = await pulses(sign.http, senders["xincheng"], seen)
    seconds = time.perf_counter() - begun
    loading.cancel()
    after = beat.read(layout)
    assert before is not None
    assert after is not None
    return took, round((after.frame - before.frame - 2 * ROUNDS) * BATCH / seconds)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="anju-alarms-") as folder:
        data = Path(folder)
        rows = [line.split() for line in serving.run(data, BUILD).splitlines()]
        senders = {code: Sender(code, int(number), secret.encode()) for code, number, secret in rows}
        command = [sys.executable, "-m", "anju.cli", "gateway", "--http-port", "0"]
        gateway = subprocess.Popen(command, env=serving.environment(data), stdout=subprocess.DEVNULL)
        try:
            with serving.serving(data) as port:
                took, rate = asyncio.run(measure(data, port, senders))
        finally:
            gateway.terminate()
            gateway.wait(timeout=30)
    p50, p99 = np.percentile(np.array(took) * 1000, (50, 99))
    print(
        f"frame to alarm on the stream, {len(took)} alarms at {rate} points/s: p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    main()
