"""Write docs/reference.md from the descriptors of the packs; the tests fail when it lags behind."""

from __future__ import annotations

import os
import sys
from inspect import getdoc
from pathlib import Path

TARGET = Path(__file__).parents[1] / "docs" / "reference.md"
SEVERITIES = {"block": "退回", "warn": "警告", "ask": "询问"}


def reference() -> str:
    """The page as Markdown."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anju.settings")
    import django

    django.setup()
    from anju import enabled
    from anju.kernel import packs

    parts = ["# Reference\n\nMade by `tools/reference.py` from the descriptors; do not edit.\n"]
    for pack in packs.load(enabled.PACKS).packs:
        parts.append(
            f"## {pack.name} (`{pack.code}`)\n\n{pack.owner_office}；{'、'.join(pack.legal_basis)}\n"
        )
        parts.append("### Pages\n\n| Address | Name | Permission |\n|---|---|---|")
        parts += [f"| `/{page.path}` | {page.name} | `{page.permission}` |" for page in pack.pages]
        parts.append("\n### Permissions\n\n| Code | Name | Roles |\n|---|---|---|")
        parts += [f"| `{p.code}` | {p.name} | {', '.join(p.roles)} |" for p in pack.permissions]
        parts.append(
            "\n### Rulebooks\n\n| Code | Name | What it settles | Packaged text |\n|---|---|---|---|"
        )
        parts += [f"| `{b.code}` | {b.name} | {b.note} | `{b.source}` |" for b in pack.rulebooks]
        parts.append(
            "\n### Rules on target files\n\n| Code | Name | Severity | What it finds |\n|---|---|---|---|"
        )
        for check in pack.checks:
            words = (getdoc(packs.resolve(check.function)) or "").split("\n\n")[0].replace("\n", " ")
            parts.append(f"| `{check.code}` | {check.name} | {SEVERITIES[check.severity]} | {words} |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    TARGET.write_text(reference(), "utf8")
    sys.exit(0)
