from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from anju.kernel.parties import sample
from anju.kernel.parties.models import Organisation, check_credit_code
from anju.kernel.parties.organisations import organisations_under

pytestmark = pytest.mark.django_db


def test_the_bureau_its_offices_the_counties_and_two_companies() -> None:
    sample.build()
    kinds = Counter(Organisation.objects.values_list("kind", flat=True))
    assert kinds == {"bureau": 1, "department": 1, "office": 7, "county_bureau": 19, "company": 2}
    bureau = Organisation.objects.get(budget_code="801002")
    below = organisations_under(bureau, date(2021, 7, 1))
    assert len(below) == 8
    assert Organisation.objects.get(budget_code="801013").pk in below
    assert Organisation.objects.get(name="城北区住房和城乡建设局").area.name == "城北区"


def test_companies_have_codes_that_hold_and_belong_to_nobody_real() -> None:
    sample.build()
    codes = Organisation.objects.filter(kind="company").values_list("credit_code", flat=True)
    for code in codes:
        check_credit_code(code)
        assert code[2:8] == "990100"


def test_building_twice_changes_nothing() -> None:
    sample.build()
    first = set(Organisation.objects.values_list("pk", flat=True))
    sample.build()
    assert set(Organisation.objects.values_list("pk", flat=True)) == first
