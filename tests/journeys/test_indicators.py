"""A figure of the platform is followed: indicator → subject → trend → computed again; and bound to a target."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from anju.kernel.indicators import computing
from anju.kernel.indicators.models import Crosswalk, Definition, Value
from anju.kernel.indicators.testing import define, observe
from anju.kernel.parties.models import Organisation
from anju.packs.budget.keeping import files
from anju.packs.budget.testing import read_sample
from anju.web.indicators import drawing

pytestmark = pytest.mark.django_db
ADDRESS = "/indicators/?code=test.counted&version=1&subject=test:a"


def years() -> list[Value]:
    """7, 8 and 9 of ten in 2019, 2020 and 2021, the last one under a new meaning."""
    Definition.objects.filter(pk=define().pk).update(version="2")
    define()
    made = []
    for number, (version, period) in enumerate((("1", "2019"), ("1", "2020"), ("2", "2021"))):
        for more in range(7 if number == 0 else 1):
            observe("a", f"{period}-{more}")
        what = Definition.objects.get(code="test.counted", version=version)
        made += computing.compute(what, ["test:a"], period, timezone.now())
    Crosswalk.objects.create(
        code="test.counted",
        version="1",
        relation="redefined",
        next_code="test.counted",
        next_version="2",
    )
    return made


def test_a_trend_is_drawn_broken_at_a_new_meaning_and_says_so() -> None:
    values = years()
    drawn = drawing([values[:2], values[2:]])
    assert drawn is not None
    # 2019 and 2020 are joined; 2021 stands alone. 90 % is the top, 70 % lies 20/90 of 180 below it.
    assert len(drawn["lines"]) == 1
    assert len(drawn["dots"]) == 3
    assert [y for _, y, _ in drawn["dots"]] == ["40.0", "20.0", "0.0"]


def test_the_page_leads_from_the_list_to_the_rows_behind_a_figure(sign_in: Any) -> None:
    years()
    finance = sign_in("finance")
    assert "test.counted" in finance.get("/indicators/").content.decode()
    assert "test:a" in finance.get("/indicators/?code=test.counted&version=1").content.decode()
    page = finance.get(ADDRESS.replace("version=1", "version=2")).content.decode()
    assert all(words in page for words in ("口径变更", "2019", "70", "90", "复算"))


def test_a_figure_is_computed_again_and_tampering_is_seen(sign_in: Any) -> None:
    value = years()[1]
    finance = sign_in("finance")
    assert "复算一致" in finance.post(ADDRESS, {"value": value.pk}).content.decode()
    Crosswalk.objects.filter(code="a", next_code="2020-0").delete()
    seen = finance.post(ADDRESS, {"value": value.pk}).content.decode()
    assert "复算不一致" in seen
    assert "请核对数据是否被改动" in seen


def test_finance_binds_a_target_and_its_page_shows_the_platform_s_figure(sign_in: Any) -> None:
    finance = sign_in("finance")
    kept = files.save(read_sample(), Organisation.objects.get(budget_code="801002"), actor="demo-finance")
    row = next(
        each
        for each in kept.targets.filter(superseded_at__isnull=True, slot=False, value__contains="%")
        if "支" not in each.name
    )
    what = define("test.other")
    for number in range(9):
        observe("b", f"{number}")
    computing.compute(what, ["test:b"], "2021", timezone.now())
    address = f"/budget/targets/{row.key}/binding/"
    assert "test:b" in finance.get(f"{address}?indicator={what.pk}").content.decode()
    refused = finance.post(address, {"indicator": what.pk, "subject": "test:nothing"})
    assert refused.status_code == 422
    assert "没有所选对象的数" in refused.content.decode()
    page = finance.post(address, {"indicator": what.pk, "subject": "test:b"}, follow=True).content.decode()
    assert "平台" in page
    assert "90%" in page
    assert "趋势与复算" in page
    office = sign_in("office")
    assert office.post(address, {"release": "1"}).status_code == 403
    page = finance.post(address, {"release": "1"}, follow=True).content.decode()
    assert "还没有人填报" in page
