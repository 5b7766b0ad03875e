"""File names that are safe to store, to show and to give to any file system."""

from __future__ import annotations

import re
import unicodedata

from .kinds import KINDS

# Control and format characters (a right-to-left mark makes "exe.jpg" of "gpj.exe"), and what Windows forbids.
_UNSAFE_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_UNSAFE = re.compile(r'[<>:"|?*]')
_LONGEST_STEM = 120
_NAMELESS = "未命名"


def sanitised(name: str) -> str:
    """The last part of a path without unsafe characters, at most 120 characters before the extension."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(char for char in last if unicodedata.category(char) not in _UNSAFE_CATEGORIES)
    stem, dot, extension = _UNSAFE.sub("_", visible).strip(" .").rpartition(".")
    if not dot or len(extension) > 8:
        stem, extension = f"{stem}{dot}{extension}", ""
    stem = stem.strip(" .")[:_LONGEST_STEM] or _NAMELESS
    return f"{stem}.{extension}" if extension else stem


def fitting(name: str, kind: str) -> str:
    """A sanitised name with an extension that belongs to the kind."""
    allowed = KINDS[kind].extensions
    stem, _, extension = name.rpartition(".")
    if stem and extension.lower() in allowed:
        return name
    known = {extension for other in KINDS.values() for extension in other.extensions}
    return f"{stem if stem and extension.lower() in known else name}.{allowed[0]}"
