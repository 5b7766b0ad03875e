from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from anju.kernel import audit
from anju.kernel.places import geo
from anju.kernel.places.models import Area
from anju.kernel.places.writing import facts, write


def outline(size: float) -> geo.Outline:
    ring = [[118, 39], [118 + size, 39], [118, 39 + size], [118, 39]]
    return geo.parse({"type": "Polygon", "coordinates": [ring]}, geo.System.CGCS2000)


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(
        audit, "record", lambda action, what, **rest: calls.append({"action": action, **rest})
    )
    return calls


def test_each_write_has_its_audit_row(area: Callable[..., Area], recorded: list[dict[str, Any]]) -> None:
    kept = area("甲")
    kept.name_en = "First"
    write(kept, actor="测试", reason="补英文名")
    write(Area(code="乙", code_system="local", name="乙", level="zone"), actor="测试")
    assert [call["action"] for call in recorded] == ["places.area.change", "places.area.create"]
    change, create = recorded
    assert (change["before"]["name_en"], change["after"]["name_en"]) == ("", "First")
    assert (change["actor"], change["reason"], create["before"]) == ("测试", "补英文名", None)


def test_what_is_refused_is_neither_stored_nor_recorded(
    area: Callable[..., Area], recorded: list[dict[str, Any]]
) -> None:
    kept = area("甲")
    kept.name = ""
    with pytest.raises(ValidationError):
        write(kept, actor="测试")
    assert (recorded, Area.objects.get().name) == ([], "甲")


@pytest.mark.django_db
def test_without_its_audit_row_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no room for the audit row")

    monkeypatch.setattr(audit, "record", fail)
    with pytest.raises(OSError, match="no room"):
        write(Area(code="乙", code_system="local", name="乙", level="zone"), actor="测试")
    assert not Area.objects.exists()


def test_an_outline_stands_as_a_digest_that_changes_with_it() -> None:
    drawn = Area(name="甲")
    digests = []
    for size in (1, 2):
        drawn.draw(outline(size), "测绘")
        digests.append(facts(drawn)["geometry"])
    assert digests[0] != digests[1]
    assert all(digest.startswith("sha256:") and len(digest) == 71 for digest in digests)
