"""The official forms: which there are, whose template is taken, and their export and reading back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from anju.kernel.documents import read
from anju.kernel.documents.forms import (
    WRITERS,
    Data,
    FormError,
    Template,
    Tree,
    fill,
    read_form,
    read_template,
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its code, its name, and the file of its template."""

    code: str
    name: str
    template: str


FORMS = {
    form.code: form
    for form in (
        Form("declaration", "目标申报表", "declaration.xlsx"),
        Form("review", "目标审核表", "review.xlsx"),
        Form("monitoring", "运行监控表", "monitoring.xlsx"),
        Form("self_evaluation", "项目自评表", "self_evaluation.xlsx"),
        Form("department", "部门整体自评表", "department.xlsx"),
        Form("report", "评价报告", "report.xlsx"),
        Form("summary", "汇总台账", "summary.xlsx"),
    )
}


def template_of(code: str, folder: Path | None = None) -> Template:
    """The template of a form: a bureau's own one in ``folder`` goes before ours.

    Raises ``FormError`` for a code that is none, and for a template that cannot work.
    """
    form = FORMS.get(code)
    if form is None:
        raise FormError(f"没有“{code}”这种表。", f"可选：{'、'.join(FORMS)}。")
    own = folder / form.template if folder is not None else None
    if own is not None and own.is_file():
        return read_template(own)
    with resources.as_file(resources.files(__package__).joinpath(form.template)) as path:
        return read_template(path)


def templates_of(code: str, folder: Path | None = None) -> list[Template]:
    """Every template by which a form may have been printed, a bureau's own one first; unusable ones are passed over."""
    known: list[Template] = []
    for place in (folder, None):
        with suppress(FormError):
            found = template_of(code, place)
            if found not in known:
                known.append(found)
    return known


def export(code: str, data: Data, kind: str, folder: Path | None = None) -> bytes:
    """The filled form as ``docx``, ``xlsx`` or ``pdf``. Raises ``FormError``."""
    writer = WRITERS.get(kind)
    if writer is None:
        raise FormError(f"不能导出为“{kind}”。", f"可选：{'、'.join(WRITERS)}。")
    return writer(fill(template_of(code, folder), data))


def read_back(code: str, path: Path, folder: Path | None = None) -> Tree:
    """The data of an exported docx or xlsx form. Raises ``FormError``, and ``DocumentError`` for a broken file."""
    return read_form(read(path), template_of(code, folder))
