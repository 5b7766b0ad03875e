"""What journeys of a phone have in common: enrolling, writing a note, looking at what the phone keeps."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

from PIL import Image

from journeys.wire import Wire

CHROMIUM = shutil.which("chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PLACE = {"longitude": 118.18, "latitude": 39.63, "accuracy": 6}
# People who may enrol; each at most three devices.
ROLES = cycle(["inspector", "office", "dispatcher", "county"])
LONG = 15_000  # milliseconds for what a loaded machine does


def jpeg(colour: str, size: tuple[int, int] = (800, 600)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def enrolled(page: Any, wire: Wire, role: str = "") -> Any:
    """The page as a person of a role has enrolled it, with the worker in charge."""
    page.goto(f"{wire.url}/login/")
    page.click(f"button[value=demo-{role or next(ROLES)}]")
    page.wait_for_load_state()
    enrol(page, wire)
    page.goto(f"{wire.url}/field/")
    page.wait_for_selector("[data-ready]")
    page.evaluate(
        """async () => {
        await navigator.serviceWorker.ready;
        if (navigator.serviceWorker.controller) { return; }
        await new Promise((taken) => { navigator.serviceWorker.oncontrollerchange = taken; });
        }"""
    )
    return page


def enrol(page: Any, wire: Wire) -> None:
    page.goto(f"{wire.url}/field/enrol/")
    page.fill("#name", "试验手机")
    page.click("#enrol .btn.primary")
    page.wait_for_selector("#done:not([hidden])")


def start_note(page: Any, text: str, *photos: bytes) -> str:
    """A draft with these words and photos; its id."""
    page.click(".bottom .primary")
    page.wait_for_selector("#q-text")
    page.click("button[role=radio]:has-text('扬尘')")
    page.fill("#q-text", text)
    for number, photo in enumerate(photos, 1):
        given = [{"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo}]
        page.set_input_files("#item-text input[type=file]", given)
        page.wait_for_selector(f"#item-text .photo:nth-child({number}) img[src]")
    return str(page.url).rpartition("/")[2]


def send_note(page: Any, text: str, *photos: bytes) -> str:
    key = start_note(page, text, *photos)
    page.click(".bottom .primary:has-text('提交')")
    page.wait_for_selector(f".rows a[href='#/sent/{key}']")
    return key


def stands(page: Any, key: str, word: str) -> None:
    page.wait_for_selector(f".rows a[href='#/sent/{key}']:has-text('{word}')")


def kept(page: Any, table: str) -> list[dict[str, Any]]:
    """The rows of one of the phone's own tables."""
    return page.evaluate(  # type: ignore[no-any-return]
        "async (table) => (await import('/static/field/store.js')).all(table)", table
    )


def until(holds: Callable[[], bool]) -> None:
    """The strict policy forbids Playwright to wait inside the page."""
    for _ in range(LONG // 100):
        if holds():
            return
        time.sleep(0.1)
    raise TimeoutError


def strip(page: Any, phase: str) -> str:
    page.wait_for_selector(f"#strip [data-phase={phase}]")
    return str(page.inner_text("#strip"))


def look(page: Any, name: str) -> None:
    """Readable and within its window; a picture is kept where ``ANJU_SCREENSHOTS`` names a folder."""
    from axe_playwright_python.sync_playwright import Axe

    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
    small = page.evaluate(
        """() => [...document.querySelectorAll('.phone a, .phone button, .phone label.slot, .phone select')]
        .map((e) => [e.textContent, e.getBoundingClientRect()])
        .filter(([, box]) => box.height && box.height < 44).map(([text]) => text)"""
    )
    assert small == [], name
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # colours change at once
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        faults = [(v["id"], v["nodes"][0]["html"][:160]) for v in found.response["violations"]]
        assert faults == [], f"{name} {scheme}"
        if os.environ.get("ANJU_SCREENSHOTS"):
            page.screenshot(path=Path(os.environ["ANJU_SCREENSHOTS"], f"phone-{name}-{scheme}.png"))
    page.emulate_media(color_scheme="light")


def noise(kilobytes: int) -> bytes:
    """A JPEG that no disk makes smaller."""
    head = jpeg("#777777")
    filler = b"".join(b"\xff\xfe\xea\x62" + os.urandom(60_000) for _ in range(kilobytes // 60))
    return head[:2] + filler + head[2:]


def hexed(key: str) -> str:
    return key.replace("-", "")


@contextmanager
def chromium(playwright: Any, profile: Path) -> Iterator[tuple[Any, subprocess.Popen[bytes]]]:
    """A browser of its own over a profile, that can be killed without warning."""
    (profile / "DevToolsActivePort").unlink(missing_ok=True)
    command = [
        str(CHROMIUM),
        "--headless=new",
        f"--user-data-dir={profile}",
        "--remote-debugging-port=0",
        *QUIET,
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(150):
            if (profile / "DevToolsActivePort").exists() and (profile / "DevToolsActivePort").read_text():
                break
            time.sleep(0.1)
        port = (profile / "DevToolsActivePort").read_text().splitlines()[0]
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        yield browser.contexts[0].new_page(), process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=20)
