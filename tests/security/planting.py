"""An organisation with one object for every route that names one, for the matrix of routes and roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from django.utils import timezone

from anju.kernel import loop
from anju.kernel.access.models import Grant, OpenSession, User
from anju.kernel.access.permissions import OWN_ACCOUNT
from anju.kernel.access.testing import signed_in
from anju.kernel.assets.models import Asset, Maintenance, MaintenanceFile
from anju.kernel.audit import Context
from anju.kernel.cases.flow import Assignment, open_case
from anju.kernel.cases.models import Case
from anju.kernel.exchange import ledger
from anju.kernel.exchange.models import Interface, Publication
from anju.kernel.field import kinds, notes, testing
from anju.kernel.field.models import Device, Note
from anju.kernel.field.receiving import intake, items, photos
from anju.kernel.field.sender import Sender
from anju.kernel.files import store
from anju.kernel.files.models import StoredFile
from anju.kernel.findings.ledger import Observed
from anju.kernel.findings.models import Finding
from anju.kernel.funds.models import Allotment, LedgerImport, Payment
from anju.kernel.indicators.models import Definition, Proof, Value
from anju.kernel.inspections import testing as inspections
from anju.kernel.parties.models import Kind, Organisation
from anju.kernel.places.models import Area, CodeSystem, Level, Place
from anju.kernel.rulebooks.models import Edition
from anju.kernel.supervision import cards, rechecks
from anju.kernel.supervision.handing_in import hand_in
from anju.kernel.surveys.models import Survey
from anju.kernel.surveys.testing import survey_of
from anju.kernel.values.scope import Scope
from anju.kernel.works import planning
from anju.kernel.works.judging.looking import subject_of
from anju.kernel.works.models import Acceptance, ChangeOrder, Contract, Photo, Progress, QualityCheck
from anju.packs.budget import sample, service
from anju.packs.budget.keeping import files, versions
from anju.packs.budget.models import BudgetFile, Evaluation, ImportDraft, Line, LineTarget, Round
from anju.packs.budget.reports import opinions
from anju.packs.budget.targetfile import TargetFile
from anju.packs.budget.year import quotas, rounds
from security.planting_telemetry import delivered


@cache
def read() -> TargetFile:
    return service.read_file(sample.sample_path())


def define(body: Organisation) -> Definition:
    """A definition belongs to nobody, so its name says nothing of the body."""
    return Definition.objects.create(
        code=f"test.{body.pk.hex}", version="1", name="指标", direction="up", subject_kind="test"
    )


def rulebook() -> dict[str, Any]:
    """A rulebook, which belongs to nobody, and a returned change of it."""
    returned = {"state": "returned", "decided_by": "乙", "decided_because": "依据不足"}
    code = "budget.grades"
    edition = Edition.objects.create(
        code=code, text="grade = []", reason="试行", proposed_by="甲", **returned
    )
    return {
        "rulebooks/<str:code>/": code,
        "rulebooks/<str:code>/change/": code,
        "rulebooks/editions/<uuid:key>/": edition.key,
    }


def plant(name: str, owner: User, routes: Iterable[str]) -> tuple[Organisation, dict[str, UUID]]:
    """An organisation in an area of its own, and the key of one of its objects for each route that names one."""
    area = Area.objects.create(code=name, code_system=CodeSystem.LOCAL, name=name, level=Level.COUNTY)
    body = Organisation.objects.create(name=name, kind=Kind.DEPARTMENT, area=area)
    with sample.sample_path().open("rb") as content:
        original = store(content, f"{name}.docx", actor=owner.username)
    kept = files.save(read(), body, actor=owner.username, original=original)
    kept.lines.update(department=body)
    type(kept).objects.filter(pk=kept.pk).update(name=f"{name}的文件")
    draft = ImportDraft.objects.create(original=original, organisation=body, uploaded_by=owner.username)
    finding = Finding.objects.filter(subject=kept.subject)[0]
    task = Assignment("budget.review", f"{name}的办理", body, timezone.now())
    target = LineTarget.objects.filter(file=kept, slot=False)[0]
    return body, {
        **accounts(owner, routes),
        "r/cases/<uuid:key>/": open_case(finding, task, actor=owner.username).pk,
        "r/findings/<uuid:key>/": finding.pk,
        "r/organisations/<uuid:key>/": body.pk,
        "r/organisations/<uuid:key>/edit/": body.pk,
        **dict.fromkeys(
            ("r/indicator-definitions/<uuid:key>/", "r/indicator-definitions/<uuid:key>/edit/"),
            define(body).pk,
        ),
        **rulebook(),
        "r/areas/<uuid:key>/": area.pk,
        "r/files/<uuid:key>/": original.pk,
        "r/budget-lines/<uuid:key>/": Line.objects.filter(file=kept)[0].pk,
        "r/budget-targets/<uuid:key>/": target.pk,
        "r/budget-files/<uuid:key>/": kept.pk,
        **equipment(body, original),
        **through_the_year(kept, owner.username),
        **surveyed(body, routes),
        **inspected(body, owner.username),
        **exchanged(body),
        **delivered(body),
        **in_the_field(body, owner),
        "budget/funds/<uuid:key>/": original.pk,
        "budget/forms/back/<uuid:key>/": original.pk,
        **built(body, original, owner.username),
        "budget/import/<uuid:key>/": draft.pk,
        "budget/files/<uuid:key>/": kept.pk,
        "budget/findings/<uuid:key>/": finding.pk,
        "budget/lines/<uuid:key>/": Line.objects.filter(file=kept)[0].key,
        "budget/targets/<uuid:key>/": target.key,
        "budget/targets/<uuid:key>/binding/": target.key,
    }


def surveyed(body: Organisation, routes: Iterable[str]) -> dict[str, UUID]:
    """An open survey of the body, with a household, a questionnaire and a question."""
    survey = survey_of(body)
    Survey.objects.filter(pk=survey.pk).update(title=f"{body.name}的调查")
    questionnaire = survey.version.questionnaire_id
    return {
        **{route: survey.pk for route in routes if route.startswith(("surveys/<uuid:key>/", "r/surveys/<"))},
        **{route: questionnaire for route in routes if "questionnaires/<" in route},
        "surveys/interviews/<uuid:key>/": survey.invitations.all()[0].pk,
        "surveys/questions/<uuid:key>/": survey.asked.all()[0].pk,
    }


def accounts(owner: User, routes: Iterable[str]) -> dict[str, UUID]:
    """The account itself, its grant, a proposed one, and its session."""
    signed_in(owner)
    grant = owner.grants.get()
    proposed = Grant.objects.create(user=owner, role=grant.role, valid_from=grant.valid_from, granted_by="x")
    of_account = [route for route in routes if route.startswith("access/users/<uuid:key>/")]
    return {
        **dict.fromkeys(of_account, owner.pk),
        "access/grants/<uuid:key>/": proposed.pk,
        "access/grants/<uuid:key>/end/": grant.pk,
        "access/grants/<uuid:key>/withdraw/": grant.pk,
        "account/sessions/<uuid:handle>/end/": OpenSession.objects.filter(user=owner)
        .latest("started_at")
        .handle,
    }


def in_the_field(body: Organisation, owner: User) -> dict[str, UUID]:
    """A device, what it sent with a photo, the note of that and the finding made of it."""
    data = testing.jpeg(body.pk.int % 65536)
    owner.organisation = body
    device = Device.objects.create(user=owner, name=body.name, public_key=testing.Key().public)
    now = timezone.now()
    sender = Sender(device, now, now, Context())
    (item,) = items.items_of({"items": [testing.note(body.name, (testing.sha256(data),))]})
    # Whatever the owner may do: it is the pages that are looked at here.
    open_to_all = replace(kinds.KINDS[item.kind], permission=OWN_ACCOUNT)
    with patch.dict(kinds.KINDS, {item.kind: open_to_all}):
        intake.take(sender, [item])
        photos.receive(sender, testing.sha256(data), data)
    kept = Note.objects.get(receipt__item=item.id)
    case = notes.make_finding(kept, notes.Handed("warn", body, now + timedelta(days=1)), actor="x", now=now)
    written = Note.objects.current().get(key=kept.key)
    return {
        "r/field-receipts/<uuid:key>/": kept.receipt_id,
        "field/receipts/<uuid:key>/": kept.receipt_id,
        "field/pictures/<uuid:key>/": kept.receipt.attachments.get().pk,
        "r/field-notes/<uuid:key>/": written.pk,
        "field/notes/<uuid:key>/": kept.key,
        "field/findings/<uuid:key>/": case.finding_id,
        "field/devices/<uuid:key>/": device.pk,
    }


def equipment(body: Organisation, original: StoredFile) -> dict[str, UUID]:
    """A place with an asset that was looked after, and the paper about that."""
    name, area, day = body.name, body.area, timezone.localdate()
    place = Place(kind="site", code=name, name=f"{name}的工地", area=area)
    place.stand_at((123.0, 36.5))
    place.save()
    asset = Asset.objects.create(type="camera", code=name, name=f"{name}的摄像机", area=area, place=place)
    entry = Maintenance.objects.create(asset=asset, kind="repair", done_on=day, done_by=name)
    paper = MaintenanceFile.objects.create(asset=asset, key=entry.key, file=original)
    of_asset = ("r/assets/<uuid:key>/", "r/assets/<uuid:key>/edit/", "assets/<uuid:key>/state/")
    return {
        **dict.fromkeys(("r/places/<uuid:key>/", "r/places/<uuid:key>/edit/"), place.pk),
        **dict.fromkeys((*of_asset, "assets/<uuid:key>/maintenance/"), asset.pk),
        **dict.fromkeys(("r/maintenance/<uuid:key>/", "r/maintenance/<uuid:key>/edit/"), entry.pk),
        **dict.fromkeys(("places/import/<uuid:key>/", "assets/import/<uuid:key>/"), original.pk),
        "assets/documents/<uuid:key>/": paper.pk,
    }


def inspected(body: Organisation, actor: str) -> dict[str, UUID]:
    """A plan of the body with a visit, its photo and signature, an accepted card and its second look."""
    plan = inspections.plan(body, body, [body.area], code=f"dust-{body.pk.hex[-8:]}")
    one = inspections.drawn(plan)
    failed = inspections.told(one, by=actor, fails={"cover": f"{body.name}未覆盖。"})
    visit = hand_in(failed, actor=actor, now=inspections.NOW, scope=Scope.whole())
    card = Case.objects.get(finding__rule__endswith=".cover", owner=body)
    after = store(inspections.picture(card.pk.int % 2**24), "整改后.jpg", actor="整改人")
    cards.answer(card, "corrected", "", [after], actor="整改人")
    cards.accept(card, "on_site", "", actor="验收人", now=inspections.NOW + timedelta(days=1))
    draw = rechecks.draw(body, actor=actor, now=inspections.NOW + timedelta(days=2))
    return {
        **dict.fromkeys(
            [f"inspections/plans/<uuid:key>/{page}" for page in ("", "draw/", "results/")], plan.pk
        ),
        "inspections/objects/<uuid:key>/visit/": one.pk,
        "inspections/visits/<uuid:key>/": visit.key,
        "inspections/photos/<uuid:key>/": visit.photos.all()[0].pk,
        "inspections/signatures/<uuid:key>/": visit.signatures.all()[0].pk,
        "inspections/cards/<uuid:key>/": card.finding_id,
        "inspections/rechecks/<uuid:key>/": draw.rechecks.get().pk,
        "inspections/groups/<uuid:key>/": one.cell.group_id,
        "inspections/checklists/<uuid:key>/": visit.version.checklist_id,
        "r/inspection-plans/<uuid:key>/": plan.pk,
        "r/inspection-visits/<uuid:key>/": visit.pk,
        "r/checklists/<uuid:key>/": visit.version.checklist_id,
    }


def built(body: Organisation, original: StoredFile, actor: str) -> dict[str, UUID]:
    """A works project that the body does itself, with a row of each ledger, a photo and a finding."""
    told = planning.ProgrammeTold(f"P-{body.name}", f"{body.name}的计划", 2021, body)
    programme = planning.new_programme(told, actor="x")
    start = date(2021, 3, 1)
    project = planning.new_project(
        planning.ProjectTold(
            f"W-{body.name}", f"{body.name}的工程", programme, "system", body.area, body, start, start
        ),
        actor="x",
    )
    item = planning.new_item(project, planning.ItemTold("模块", "module", Decimal(1)), actor="x")
    row = {"project": project, "on": start, "organisation": body}
    progress = Progress.objects.create(**row, item=item, amount=1, reported_by="x")
    photo = Photo.objects.create(
        project=project, of=progress.key, day=start, file=original, sha256="0", name="照片", added_by="x"
    )
    off = Observed("works.same_photo", "high", project.code, "", f"{body.name}的照片", organisation=body)
    loop.observe(subject_of(project), [off], timezone.now())
    contract = Contract.objects.create(
        project=project, number=body.name, party=body, amount_fen=1, signed_on=start, start_on=start,
        end_on=start, entered_by=actor,
    )  # fmt: skip
    made = {
        "progress": progress,
        "acceptances": Acceptance.objects.create(**row, kind="staged", passed=True, accepted_by="y"),
        "checks": QualityCheck.objects.create(**row, part=body.name, passed=True, checked_by="y"),
        "contracts": contract,
        "changes": ChangeOrder.objects.create(project=project, days=1, reason=body.name, proposed_by="x"),
        "programmes": programme,
        "projects": project,
    }
    pages = ("", "units/", "money/", "plan/", "import/", "report/", "check/", "accept/")
    return {
        **{f"r/works-{name}/<uuid:key>/": row.pk for name, row in made.items()},
        **{f"works/<uuid:key>/{page}": project.pk for page in pages},
        "works/findings/<uuid:key>/": Finding.objects.get(subject=subject_of(project)).pk,
        "works/photos/<uuid:key>/": photo.pk,
    }


def through_the_year(kept: BudgetFile, actor: str) -> dict[str, UUID]:
    """A payment, an allotment and a version of a file's organisation, and its waiting for approval."""
    body, day = kept.organisation, timezone.localdate()
    row = {"line_code": body.name, "year": 2021, "amount_fen": 1, "organisation": body, "entered_by": actor}
    return {
        "r/payments/<uuid:key>/": Payment.objects.create(paid_on=day, voucher=body.name, **row).pk,
        "r/allotments/<uuid:key>/": Allotment.objects.create(decided_on=day, basis=body.name, **row).pk,
        "budget/files/<uuid:key>/versions/": kept.pk,
        "budget/versions/<uuid:key>/": kept.versions.all()[0].pk,
        "budget/approvals/<uuid:key>/": waiting(kept).pk,
        **watched(kept, actor),
        **documents(kept, actor),
    }


def exchanged(body: Organisation) -> dict[str, UUID]:
    """An interface of a body and one delivery on it."""
    facts = {"name": body.name, "direction": "out", "partner": "省平台", "every": "asked"}
    interface = Interface.objects.create(code=f"i-{body.pk.hex}", organisation=body, **facts)
    delivery = ledger.expect(interface, "2021")
    # It belongs to nobody, and of one collection only one row may be in force.
    ended = {"valid_from": date(2000, 1, 1), "valid_to": date(2000, 1, 2)}
    published = Publication.objects.create(collection="areas", basis="样例", **ended)
    return {
        "r/interfaces/<uuid:key>/": interface.pk,
        "r/interfaces/<uuid:key>/edit/": interface.pk,
        "r/open-data/<uuid:key>/": published.pk,
        "r/open-data/<uuid:key>/edit/": published.pk,
        **dict.fromkeys(("r/deliveries/<uuid:key>/", "exchange/<uuid:key>/"), delivery.pk),
    }


def documents(kept: BudgetFile, actor: str) -> dict[str, UUID]:
    """A proof, a ledger and a letter, each with the file's original as its document."""
    body, day, original = kept.organisation, timezone.localdate(), kept.original
    told = {"subject": body.name, "period": "2021", "source": "self_reported", "status": "submitted"}
    value = Value.objects.create(code="test", version="1", ground="asserted", organisation=body, **told)
    ledger = {"content": "payments", "year": 2021, "rows": 0, "total_fen": 0, "complete_to": day}
    quota = quotas.enter(kept, quotas.Told(kept.name, "省厅", "2号", Decimal(1), "户"), actor=actor)
    letter = quotas.Letter(original, day)
    return {
        "budget/proofs/<uuid:key>/": Proof.objects.create(
            value=value, file=original, kind="other", dated=day
        ).pk,
        "budget/originals/<uuid:key>/": kept.pk,
        "budget/ledgers/<uuid:key>/": LedgerImport.objects.create(
            original=original, organisation=body, imported_by=actor, **ledger
        ).pk,
        "budget/letters/<uuid:key>/": quotas.share(quota, body.area, Decimal(1), letter, actor=actor).pk,
    }


def watched(kept: BudgetFile, actor: str) -> dict[str, UUID]:
    """A monitoring round, a line off track, a score sheet, a commitment and a quota of a file."""
    version = kept.versions.all()[0]
    off_track = Observed("budget.off_track", "crit", kept.name, "", kept.name, organisation=kept.organisation)
    loop.observe(rounds.subject_of(kept), [off_track], timezone.now())
    sheet = {"rows": [], "flags": [], "evidence": {}}
    score = Evaluation.objects.create(
        key=uuid4(),
        file=kept,
        version=version,
        line_key=version.line_key,
        scheme="general-50-30-10",
        status="draft",
        total=0,
        assessable=0,
        sheet=sheet,
        made_by=actor,
    )
    opinions.write(version.line, "problems", f"{kept.name}的意见", actor=actor)
    told = quotas.Told(kept.name, "省厅", "1号", Decimal(1), "户")
    return {
        "budget/rounds/<uuid:key>/": Round.objects.create(
            file=kept, day=timezone.localdate(), opened_by=actor
        ).pk,
        "budget/watch/<uuid:key>/": Finding.objects.get(subject=rounds.subject_of(kept)).pk,
        "budget/evaluations/<uuid:key>/": score.key,
        "budget/evaluations/<uuid:key>/report/": score.key,
        "budget/commitments/<uuid:key>/": kept.commitments.all()[0].key,
        "budget/quotas/<uuid:key>/": quotas.enter(kept, told, actor=actor).pk,
    }


def waiting(kept: BudgetFile) -> Finding:
    """The finding that a file waits for approval."""
    subject = versions.subject_of(kept)
    observed = Observed("budget.approval", "info", kept.name, "", kept.name, organisation=kept.organisation)
    loop.observe(subject, [observed], timezone.now())
    return Finding.objects.get(subject=subject)
