"""Bring the English catalogue up to date with the words of the product, and compile it.

Messages are the Chinese words themselves. They come from three places: marked strings in Python, marked
strings in templates, and the names in descriptors, which are data and need no mark.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "anju"
CATALOGUE = SOURCE / "locale" / "en" / "LC_MESSAGES" / "django.po"
MARKS = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Fields of descriptors that are words for the reader; the others are codes and paths.
WORDS = ("name", "note", "owner_office", "words", "labels")


def setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    import django

    django.setup()


def python_messages(source: bytes) -> Iterator[str]:
    for _, _, message, _ in extract_python(io.BytesIO(source), MARKS, [], {}):
        # A call of another function of that name, or one with something else than a string in it, gives nothing.
        first = message[0] if isinstance(message, tuple) else message
        if first:
            yield first


def template_messages(text: str) -> Iterator[str]:
    """Django turns a template into Python in which only the marked strings remain."""
    from django.utils.translation.template import templatize

    yield from python_messages(re.sub(r"(?m)^\s+", "", templatize(text)).encode())


def descriptor_messages(entry: object) -> Iterator[str]:
    """The words in a descriptor and in all that it holds."""
    if isinstance(entry, tuple):
        for item in entry:
            yield from descriptor_messages(item)
    elif is_dataclass(entry):
        for field in fields(entry):
            value = getattr(entry, field.name)
            if field.name in WORDS:
                yield from _texts(value)
            else:
                yield from descriptor_messages(value)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)


def messages() -> set[str]:
    """Every message of the product; ``setup`` was called before."""
    from django.conf import settings

    from anju.kernel import packs
    from anju.kernel.access.permissions import PERMISSIONS
    from anju.kernel.cases.kinds import CASES
    from anju.kernel.indicators.kernel import INDICATORS
    from anju.kernel.rulebooks.kernel import RULEBOOKS
    from anju.web.navigation import KERNEL_PAGES
    from anju.web.registers.kernel import OFFICE, REGISTERS

    found = {OFFICE}
    for path in SOURCE.rglob("*.py"):
        found.update(python_messages(path.read_bytes()))
    for path in SOURCE.rglob("*.html"):
        found.update(template_messages(path.read_text("utf8")))
    loaded = packs.load(settings.ANJU_PACKS)
    kernel = (*PERMISSIONS, *INDICATORS, *REGISTERS, *CASES, *RULEBOOKS)
    found.update(descriptor_messages((*loaded.packs, *kernel)))
    for office, page in KERNEL_PAGES:
        found.update((office, page.name))
    # A heading of the menu is made of two names.
    found.update(f"{pack.owner_office} · {pack.name}" for pack in loaded.packs)
    return {message for message in found if CHINESE.search(message)}


def read() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(locale="en", project="Anju", charset="utf-8")
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def update() -> list[str]:
    """Write both files anew; the messages that still want an English text."""
    old = read()
    new = Catalog(locale="en", project="Anju", charset="utf-8", fuzzy=False)
    new.creation_date = new.revision_date = old.creation_date
    missing = []
    for message in sorted(messages()):
        known = old.get(message)
        text = str(known.string) if known else ""
        new.add(message, text, flags=["python-brace-format"] if re.search(r"{\w", message) else [])
        if not text:
            missing.append(message)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(file, new, sort_output=True, width=0)
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, new)
    return missing


if __name__ == "__main__":
    setup()
    wanting = update()
    for message in wanting:
        print(f"no English text: {message}")
    sys.exit(1 if wanting else 0)
