"""``make bench-fieldwork``: phones that come back from the field at once, against a real server process.

Each phone sends 20 items that name 3 photos of about 60 KB each, then the photos, then asks again for its receipts.
In the end the rows are counted: nothing lost, nothing doubled. Beside it the bare disk: as many files of that size
written and flushed one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1]))

PHONES, ITEMS, PHOTOS, KILOBYTES = 1000, 20, 3, 60
AT_ONCE = 16
AIM_SECONDS = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=PHONES)
    count = parser.parse_args().phones
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        from journeys import serving

        os.environ |= serving.environment(data)
        serving.build(data)
        phones = enrolled(count)
        bare = bare_disk(data)
        began = of_children()
        with serving.serving(data) as port:
            urlopen(f"http://localhost:{port}/login/").read()
        before = of_children()
        empty = before - began
        with serving.serving(data) as port:
            start, own = time.perf_counter(), time.process_time()
            times = asyncio.run(everybody(phones, port))
            seconds, own = time.perf_counter() - start, time.process_time() - own
        report(count, seconds, times, bare)
        busy = of_children() - before - empty
        print(f"  处理器：服务器{busy:.1f} s（起停的{empty:.1f} s不计），客户端{own:.1f} s")
        print(f"  每张照片（连同条目的一份）{busy / count / ITEMS / PHOTOS * 1000:.1f} ms处理器时间")
        prove(count)
        copies()


def of_children() -> float:
    """Processor seconds of the processes that have ended."""
    return os.times().children_user + os.times().children_system


def enrolled(count: int) -> list[tuple[str, Any]]:
    """Devices of as many inspectors, written straight into the tables: (id, key)."""
    import django

    django.setup()
    from django.utils import timezone

    from anju.kernel.access.models import Grant, User
    from anju.kernel.field.models import Device
    from anju.kernel.field.testing import Key
    from anju.kernel.parties.models import Organisation

    bureau = Organisation.objects.get(budget_code="801002")
    day = timezone.localdate()
    users = [
        User(username=f"inspector-{n}", name=f"检查员{n}", organisation=bureau, must_change_password=False)
        for n in range(count)
    ]
    User.objects.bulk_create(users)
    Grant.objects.bulk_create(
        Grant(
            user=u, role="inspector", area=bureau.area, valid_from=day, granted_by="bench", approved_by="two"
        )
        for u in users
    )
    keys = [Key() for _ in users]
    devices = [Device(user=u, name=f"手机{n}", public_key=keys[n].public) for n, u in enumerate(users)]
    Device.objects.bulk_create(devices)
    return [(str(device.pk), key) for device, key in zip(devices, keys, strict=True)]


class Pictures:
    """Distinct JPEGs made cheaply: one noisy picture, each time with other random bytes in a comment."""

    def __init__(self) -> None:
        from io import BytesIO

        from PIL import Image

        out = BytesIO()
        Image.frombytes("RGB", (200, 150), os.urandom(200 * 150 * 3)).resize((640, 480)).save(
            out, "JPEG", quality=70
        )
        self.head, self.tail = out.getvalue()[:2], out.getvalue()[2:]

    def one(self) -> bytes:
        wanted = max(64, KILOBYTES * 1024 - len(self.tail))
        comments = b""
        while wanted > 0:
            size = min(wanted, 60_000)
            comments += b"\xff\xfe" + (size + 2).to_bytes(2, "big") + os.urandom(size)
            wanted -= size
        return self.head + comments + self.tail


class Line:
    """One kept connection; HTTP/1.1 by hand, so that the client takes as little of the machine as it can."""

    def __init__(self, port: int, device: str, key: Any, times: dict[str, list[float]]) -> None:
        self.port, self.device, self.key, self.times = port, device, key, times

    async def __aenter__(self) -> Line:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
        return self

    async def __aexit__(self, *trouble: object) -> None:
        self.writer.close()

    async def ask(self, method: str, path: str, body: bytes) -> Any:
        signed = self.key.headers(self.device, method, path, body, datetime.now(UTC))
        head = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
        head += [f"{name}: {value}" for name, value in signed.items()]
        start = time.perf_counter()
        self.writer.write("\r\n".join([*head, "", ""]).encode() + body)
        await self.writer.drain()
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        size = next(int(x.split(":")[1]) for x in answer if x.lower().startswith("content-length:"))
        content = await self.reader.readexactly(size)
        self.times[method].append(time.perf_counter() - start)
        assert answer[0].split()[1] == "200", (answer[0], content[:300])
        return json.loads(content)


async def everybody(phones: list[tuple[str, Any]], port: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = defaultdict(list)
    pictures, gate = Pictures(), asyncio.Semaphore(AT_ONCE)

    async def one(device: str, key: Any) -> None:
        async with gate, Line(port, device, key, times) as line:
            await come_back(line, pictures)

    await asyncio.gather(*(one(device, key) for device, key in phones))
    return times


async def come_back(line: Line, pictures: Pictures) -> None:
    """What one phone does: items, photos, receipts."""
    from anju.kernel.field.testing import envelope, note, sha256

    items, photos = [], {}
    for n in range(ITEMS):
        own = {sha256(photo): photo for photo in (pictures.one() for _ in range(PHOTOS))}
        photos |= own
        items.append(note(f"第{n}条", tuple(own)))
    body = envelope(line.device, items, datetime.now(UTC))
    first = await line.ask("POST", "/field/sync/", body)
    assert len(first["missing"]) == ITEMS * PHOTOS
    for name in first["missing"]:
        await line.ask("PUT", f"/field/photos/{name}/", photos[name])
    last = await line.ask("POST", "/field/sync/", body)
    assert [r["status"] for r in last["receipts"]] == ["accepted"] * ITEMS


def bare_disk(data: Path) -> float:
    """Files of that size written and flushed one after the other: how many a second."""
    body, folder = os.urandom(KILOBYTES * 1024), data / "bare"
    folder.mkdir()
    start = time.perf_counter()
    for n in range(200):
        with (folder / str(n)).open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    return 200 / (time.perf_counter() - start)


def report(count: int, seconds: float, times: dict[str, list[float]], bare: float) -> None:
    photos = count * ITEMS * PHOTOS
    print(f"{count}部手机、{count * ITEMS}条、{photos}张照片：{seconds:.1f} s（1000部目标{AIM_SECONDS} s）")
    print(
        f"  照片{photos / seconds:.0f}张/s、{photos * KILOBYTES / 1024 / seconds:.1f} MB/s；光写盘{bare:.0f}个/s"
    )
    for method, each in times.items():
        cuts = statistics.quantiles(each, n=20)
        print(f"  {method:4s} {len(each):6d}次  p50 {cuts[9] * 1000:6.1f} ms  p95 {cuts[18] * 1000:6.1f} ms")


def prove(count: int) -> None:
    """Nothing lost, nothing doubled, by the rows and by the files."""
    from django.conf import settings

    from anju.kernel.field.models import Attachment, Note, Photo, Receipt
    from anju.kernel.files.models import Content

    items, photos = count * ITEMS, count * ITEMS * PHOTOS
    assert Receipt.objects.filter(status="accepted").count() == Receipt.objects.count() == items
    assert Receipt.objects.values("item").distinct().count() == Note.objects.count() == items
    assert Attachment.objects.exclude(photo=None).count() == Photo.objects.count() == photos
    kept = sum(1 for path in (Path(settings.DATA) / "files").rglob("*") if path.is_file())
    assert Content.objects.count() == kept == photos
    print(f"  {items}条回执、{photos}张照片，一条不少、一条不多")


def copies() -> None:
    """How fast the worker makes the safe copies afterwards."""
    from anju.kernel.files import copies as safe

    start = time.perf_counter()
    made = safe.make(300)
    print(f"  安全副本由后台生成：{made / (time.perf_counter() - start):.0f}张/s")


if __name__ == "__main__":
    main()
