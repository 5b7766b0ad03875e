"""The bureau of the fictional city, its offices, its county bureaus, and two companies."""

from __future__ import annotations

from django.db import transaction
from stdnum.cn import uscc

from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places import sample as places
from anju.kernel.places.models import Area
from anju.kernel.places.writing import write

BUREAU, HOUSING_CENTRE = "801002", "801013"
OFFICES = ("计划财务科", "城建科", "燃气热力科", "村镇科", "建管科", "房产科", "信息中心")
# Name, short name, organisation code (characters 9 to 17 of the credit code)
COMPANIES = (
    ("安居市暖阳供热有限公司", "暖阳供热", "MA0000001"),
    ("安居市清焰燃气有限公司", "清焰燃气", "MA0000002"),
)


def credit_code(organisation_code: str) -> str:
    """A company's code registered in the fictional city, with its check character."""
    body = f"91{places.CITY}{organisation_code}"
    return f"{body}{uscc.calc_check_digit(body)}"


@transaction.atomic
def build() -> None:
    """Create the city (``places.sample``) and its organisations; a second call changes nothing."""
    places.build()
    areas = {area.code: area for area in Area.objects.filter(valid_to__isnull=True)}
    city = areas[places.CITY]
    bureau = _keep(
        Organisation(
            name="安居市住房和城乡建设局",
            short_name="市住建局",
            kind=Kind.BUREAU,
            budget_code=BUREAU,
            area=city,
        )
    )
    _keep(
        Organisation(
            name="安居市住房保障管理中心",
            short_name="住房保障中心",
            kind=Kind.DEPARTMENT,
            budget_code=HOUSING_CENTRE,
            area=city,
            parent=bureau,
        )
    )
    for name in OFFICES:
        _keep(Organisation(name=name, kind=Kind.OFFICE, area=city, parent=bureau))
    for code, name, _ in places.UNITS:
        _keep(Organisation(name=f"{name}住房和城乡建设局", kind=Kind.COUNTY_BUREAU, area=areas[code]))
    for name, short_name, code in COMPANIES:
        company = Organisation(name=name, short_name=short_name, kind=Kind.COMPANY, area=city)
        company.credit_code = credit_code(code)
        _keep(company)


def _keep(organisation: Organisation) -> Organisation:
    """The stored organisation of this name under this parent, created when there is none."""
    same = Organisation.objects.filter(name=organisation.name, parent=organisation.parent)
    stored: Organisation | None = same.first()
    if stored is None:
        write(organisation, actor=places.ACTOR)
    return stored or organisation
