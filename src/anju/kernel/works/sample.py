"""A programme of the fictional city: works of different kinds, in small, with a planted fault in four of them.

Planted: one photo for two households (自闭阀), 48 doors in one day (门禁), an acceptance by the doer in an imported
ledger (农房), work after the contract ended (老旧小区). Everything else is as it should be.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random

from django.db import transaction
from django.utils import timezone
from PIL import Image

from anju.kernel.files import store
from anju.kernel.funds.models import Payment
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.parties.sample import credit_code
from anju.kernel.places.models import Area
from anju.kernel.places.writing import write
from anju.kernel.works import money, planning, states, units
from anju.kernel.works.field import accepting, deliverables, fieldwork
from anju.kernel.works.field.accepting import AcceptanceTold, CheckTold
from anju.kernel.works.field.deliverables import Finish
from anju.kernel.works.field.fieldwork import Report, Shot
from anju.kernel.works.models import Contract, Programme, State, TestCase, Unit, WorksProject
from anju.kernel.works.money import ChangeTold, ContractTold
from anju.kernel.works.planning import ItemTold, ProgrammeTold, ProjectTold

ACTOR, WITNESS, WORKER, ACCEPTOR = "样例", "样例复核", "样例施工员", "样例验收人"
YEAR, CODE, LINE = 2021, "AJ-2021", "801002B21WK0001"
VALVES, OLD, HOUSES, PIPES, FILES, PLATFORM, RULES, DOORS = (f"AJ-2021-0{n}" for n in range(1, 9))
# Which rule finds something, and where.
PLANTED = {
    "works.same_photo": VALVES,
    "works.impossible_pace": DOORS,
    "works.accepted_by_doer": HOUSES,
    "works.contract_gap": OLD,
}
_COMPANIES = (
    ("安居市恒筑建设有限公司", "恒筑建设", "MA0000011", Kind.COMPANY),
    ("安居市正平工程监理有限公司", "正平监理", "MA0000012", Kind.COMPANY),
    ("安居市建设工程质量监督站", "质监站", "", Kind.INSTITUTION),
)


@dataclass(frozen=True, slots=True)
class Work:
    """A project of the sample: who and where by name, its days as (month, day), and what is counted."""

    code: str
    name: str
    name_en: str
    kind: str
    area: str
    owner: str
    contractor: str
    days: tuple[tuple[int, int], tuple[int, int]]
    items: tuple[tuple[str, str, str], ...]
    listed: str = ""  # how the codes of its units begin; the first item is counted by them


WORKS = (
    Work(
        VALVES, "燃气自闭阀加装", "Self-closing gas valves", "installation", "城南区", "燃气热力科",
        "清焰燃气", ((4, 1), (11, 30)), (("加装户数", "household", "120"),), "燃-",
    ),
    Work(
        OLD, "老旧小区改造", "Renovation of old communities", "construction", "城北区", "城北区住房和城乡建设局",
        "恒筑建设", ((3, 15), (10, 31)), (("改造户数", "household", "160"), ("改造小区", "community", "4")), "老-",
    ),
    Work(
        HOUSES, "农房抗震改造", "Earthquake strengthening of rural houses", "construction", "东岭县",
        "东岭县住房和城乡建设局", "", ((3, 1), (6, 30)), (("改造户数", "household", "60"), ("断层调查", "piece", "2")), "农-",
    ),
    Work(
        PIPES, "供热老旧管网改造", "Renewal of heating pipes", "construction", "城北区", "燃气热力科",
        "暖阳供热", ((5, 1), (10, 15)), (("一次网", "kilometre", "0.9"), ("二次网", "kilometre", "2.6")),
    ),
    Work(
        FILES, "历史建筑测绘建档", "Files of historic buildings", "survey", "城南区", "城建科",
        "恒筑建设", ((3, 1), (12, 15)), (("测绘档案", "document", "6"),),
    ),
    Work(
        PLATFORM, "供热监管平台功能完善", "Modules of the heating platform", "system", "城北区", "信息中心",
        "暖阳供热", ((2, 1), (10, 31)), (("功能模块", "module", "2"),),
    ),
    Work(
        RULES, "供热管理办法修订", "Revision of the heating regulation", "regulation", "城北区", "燃气热力科",
        "", ((1, 10), (10, 31)), (("管理办法", "document", "1"),),
    ),
    Work(
        DOORS, "公租房智慧门禁", "Smart access of public rental housing", "installation", "城北区", "房产科",
        "恒筑建设", ((6, 1), (11, 30)), (("单元门禁", "door", "48"),), "门-",
    ),
)  # fmt: skip


@transaction.atomic
def build() -> None:
    """Create the works over the organisations of ``parties.sample``; a second call changes nothing."""
    if Programme.objects.filter(code=CODE).exists():
        return
    _bodies()
    bureau = Organisation.objects.get(kind=Kind.BUREAU, parent=None)
    told = ProgrammeTold(
        CODE, "2021年民生工程计划", YEAR, bureau, "Works of 2021", LINE, Decimal(340), "household"
    )
    programme = planning.new_programme(told, actor=ACTOR)
    made = {work.code: _project(programme, work) for work in WORKS}
    _valves(made[VALVES])
    _old(made[OLD])
    _houses(made[HOUSES])
    _pipes(made[PIPES])
    _files(made[FILES])
    _platform(made[PLATFORM])
    _regulation(made[RULES])
    _doors(made[DOORS])


def _bodies() -> None:
    city = Area.objects.get(name="安居市", valid_to__isnull=True)
    for name, short, code, kind in _COMPANIES:
        body = Organisation(name=name, short_name=short, kind=kind, area=city)
        body.credit_code = credit_code(code) if code else ""
        write(body, actor=ACTOR)


def _body(name: str) -> Organisation:
    rows = Organisation.objects.filter(name=name) | Organisation.objects.filter(short_name=name)
    return rows.filter(valid_to__isnull=True).order_by("recorded_at")[0]


def _day(month: int, day: int) -> date:
    return date(YEAR, month, day)


def _project(programme: Programme, work: Work) -> WorksProject:
    area = Area.objects.get(name=work.area, valid_to__isnull=True)
    middle = ((area.west + area.east) / 2, (area.south + area.north) / 2)
    start, end = (_day(*each) for each in work.days)
    contractor = _body(work.contractor) if work.contractor else None
    told = ProjectTold(
        work.code,
        work.name,
        programme,
        work.kind,
        area,
        _body(work.owner),
        start,
        end,
        work.name_en,
        contractor,
        _body("正平监理") if contractor else None,
        position=middle,
    )
    project = planning.new_project(told, actor=ACTOR)
    for place, (name, measure, amount) in enumerate(work.items):
        by_unit = bool(work.listed) and place == 0
        planning.new_item(project, ItemTold(name, measure, Decimal(amount), by_unit), actor=ACTOR)
    if work.listed:
        units.add(_units(project, work, middle))
    states.move(project, State.UNDER_WAY, start, actor=ACTOR, today=timezone.localdate())
    return project


def _units(project: WorksProject, work: Work, middle: tuple[float, float]) -> Iterable[Unit]:
    """Rows of houses, some thirty metres apart, around the middle of the area."""
    random = Random(work.code)
    for number in range(int(work.items[0][2])):
        yield Unit(
            project=project,
            code=f"{work.listed}{number + 1:03}",
            name=f"样例街{number // 20 + 1}号{number % 20 + 1}户",
            longitude=middle[0] + (number % 20) * 0.0004 + random.uniform(-5e-5, 5e-5),
            latitude=middle[1] + number // 20 * 0.0003,
        )


def _now() -> datetime:
    return timezone.now()


def _done(project: WorksProject, on: date, amount: str = "", name: str = "", **more: object) -> None:
    item = project.items.get(name=name) if name else project.items.all()[0]
    doer = project.contractor or project.owner
    told = Report(item, on, doer, Decimal(amount or 0), **more)  # type: ignore[arg-type]
    fieldwork.report(project, told, actor=WORKER, now=_now())


def _codes(project: WorksProject, first: int, last: int) -> list[str]:
    rows = Unit.objects.current().filter(project=project).order_by("code")
    return list(rows.values_list("code", flat=True)[first - 1 : last])


def _shot(colour: tuple[int, int, int], name: str, on: date) -> Shot:
    target = BytesIO()
    Image.new("RGB", (320, 240), colour).save(target, "JPEG")
    target.seek(0)
    taken = timezone.make_aware(datetime.combine(on, time(10, 30)))
    return Shot.of(store(target, name, actor=WORKER), taken)


def _contract(project: WorksProject, yuan: int, end: date) -> Contract:
    assert project.contractor is not None
    start = project.planned_start
    told = ContractTold(
        f"HT-{project.code}", project.contractor, yuan * 100, start - timedelta(days=10), start, end
    )
    return money.new_contract(project, told, actor=ACTOR)


def _paid(contract: Contract, voucher: str, yuan: int, on: date) -> None:
    payment = Payment.objects.create(
        line_code=LINE,
        year=YEAR,
        voucher=voucher,
        amount_fen=yuan * 100,
        paid_on=on,
        payee=str(contract.party),
        organisation=contract.project.owner,
        entered_by=ACTOR,
    )
    money.link(contract, payment, yuan * 100, actor=ACTOR)


def _accepted(project: WorksProject, on: date, **more: object) -> None:
    told = AcceptanceTold("staged", on, _body("质监站"), **more)  # type: ignore[arg-type]
    accepting.accept(project, told, actor=ACCEPTOR, now=_now())


def _milestones(project: WorksProject, *marks: tuple[str, date, date | None, int]) -> None:
    for name, planned, actual, weight in marks:
        made = planning.new_milestone(project, name, planned, weight, actor=ACTOR)
        if actual:
            planning.reach(made, actual, actor=ACTOR, today=timezone.localdate())


def _valves(project: WorksProject) -> None:
    contract = _contract(project, 36_000, _day(12, 31))
    for week in range(8):
        codes = _codes(project, week * 10 + 1, week * 10 + 10)
        _done(project, _day(5, 3) + timedelta(days=7 * week), units=codes)
    on = _day(7, 5)
    same = _shot((120, 132, 138), "户内.jpg", on)
    for code in _codes(project, 81, 82):
        _done(project, on, units=[code], shots=[same])
    _accepted(
        project, _day(7, 20), accepted_units=_codes(project, 1, 58), rejected_units=_codes(project, 59, 60)
    )
    _paid(contract, "记-0412", 12_000, _day(7, 30))


def _old(project: WorksProject) -> None:
    contract = _contract(project, 480_000, _day(7, 31))
    _done(
        project,
        _day(6, 10),
        units=_codes(project, 1, 70),
        shots=[_shot((150, 120, 90), "楼道.jpg", _day(6, 10))],
    )
    _done(project, _day(6, 20), "2", "改造小区")
    _accepted(project, _day(7, 10), accepted_units=_codes(project, 1, 60))
    check = CheckTold(_day(7, 1), "屋面防水", True, _body("正平监理"), Decimal(92))
    accepting.check(project, check, actor="样例监理", now=_now())
    _paid(contract, "记-0398", 150_000, _day(7, 12))
    # the contract ended five days before
    _done(project, _day(8, 5), units=_codes(project, 71, 90))
    _milestones(
        project,
        ("方案公示", _day(3, 25), _day(3, 24), 10),
        ("主体改造", _day(8, 31), None, 60),
        ("联合验收", _day(10, 31), None, 30),
    )


def _houses(project: WorksProject) -> None:
    for month in (4, 5, 6):
        _done(project, _day(month, 20), units=_codes(project, month * 20 - 79, month * 20 - 60))
    _done(project, _day(6, 1), "2", "断层调查")
    item = project.items.get(name="断层调查")
    told = AcceptanceTold(
        "staged", _day(6, 25), project.owner, quantities={item.pk: (Decimal(2), Decimal(2))}
    )
    accepting.imported(project, told, WORKER, actor=ACTOR)


def _pipes(project: WorksProject) -> None:
    contract = _contract(project, 9_000_000, _day(12, 31))
    _done(project, _day(7, 10), "0.9", "一次网", shots=[_shot((90, 100, 120), "一次网.jpg", _day(7, 10))])
    for month, amount in ((7, "0.6"), (8, "0.8")):
        _done(project, _day(month, 28), amount, "二次网")
    item = project.items.get(name="一次网")
    _accepted(project, _day(8, 15), quantities={item.pk: (Decimal("0.9"), Decimal("0.9"))})
    change = money.propose(project, ChangeTold("汛期停工，工期顺延", contract=contract, days=15), actor=ACTOR)
    money.decide(change, True, actor=WITNESS)
    money.retain(contract, Decimal("0.03"), _day(12, 31), actor=ACTOR)
    _paid(contract, "记-0455", 4_000_000, _day(8, 20))
    _milestones(
        project,
        ("开挖", _day(5, 20), _day(5, 18), 20),
        ("一次网通水", _day(7, 15), _day(7, 10), 30),
        ("二次网通水", _day(9, 20), None, 30),
        ("回填恢复", _day(10, 10), None, 20),
    )


def _files(project: WorksProject) -> None:
    _contract(project, 600_000, _day(12, 31))
    item = project.items.get()
    names = ("老县衙", "钟楼", "福音堂", "粮仓", "铁路机车库", "影剧院")
    for number, name in enumerate(names):
        due = _day(6, 30) + timedelta(days=30 * number)
        made = deliverables.add(project, f"{name}测绘档案", due, actor=ACTOR, item=item)
        if number < 3:
            text = BytesIO(f"{name}测绘档案（样例）".encode())
            file = store(text, f"{name}.txt", actor=WORKER)
            how = Finish(due, project.contractor or project.owner, file, due - timedelta(days=5))
            deliverables.finish(made, how, actor=WORKER, now=_now())


def _platform(project: WorksProject) -> None:
    _contract(project, 350_000, _day(12, 31))
    item = project.items.get()
    rooms = deliverables.add(
        project,
        "小区室温",
        _day(8, 31),
        actor=ACTOR,
        item=item,
        cases=("室温上传", "按小区统计", "不达标提醒"),
    )
    deliverables.add(project, "应急抢险", _day(10, 15), actor=ACTOR, item=item, cases=("派单", "到场签到"))
    for case in TestCase.objects.current().filter(deliverable=rooms.key):
        deliverables.run(case, True, _day(8, 25), _body("质监站"), actor=ACCEPTOR, now=_now())
    how = Finish(_day(8, 28), project.contractor or project.owner)
    deliverables.finish(rooms, how, actor=WORKER, now=_now())


def _regulation(project: WorksProject) -> None:
    steps = (
        ("起草", _day(3, 31)),
        ("征求意见", _day(5, 31)),
        ("合法性审查", _day(8, 31)),
        ("公布", _day(10, 31)),
    )
    for name, due in steps:
        item = project.items.get() if name == "公布" else None
        made = deliverables.add(project, name, due, actor=ACTOR, item=item)
        if due.month < 8:
            how = Finish(due - timedelta(days=2), project.owner)
            deliverables.finish(made, how, actor=WORKER, now=_now())


def _doors(project: WorksProject) -> None:
    _contract(project, 3_200_000, _day(12, 31))
    # six teams of four doors each could do half of it
    _done(
        project,
        _day(8, 16),
        units=_codes(project, 1, 48),
        shots=[_shot((70, 110, 90), "单元门.jpg", _day(8, 16))],
    )
