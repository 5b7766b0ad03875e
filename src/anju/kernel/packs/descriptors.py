"""What a pack may offer, as data. The kinds are a closed set: nothing can be registered that is not a field of ``Pack``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SEVERITIES = ("block", "warn", "ask")
COLUMN_KINDS = (
    "text", "code", "money_fen", "number", "date", "time", "deadline", "choice", "flag", "link",
)  # fmt: skip
DIRECTIONS = ("up", "down", "range", "zero", "watch")
FILTER_KINDS = ("choice", "date_range", "number_range", "text")
ATTRIBUTE_KINDS = ("text", "whole", "number", "date", "flag")


class PackError(Exception):
    """A descriptor that cannot be used: one sentence for the person who wrote it, and what to do next."""

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence}{next_step}")
        self.sentence = sentence
        self.next_step = next_step


@dataclass(frozen=True, slots=True)
class Command:
    """``anju <name>``: ``path`` names a click command or group."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Permission:
    """What may be done, as a code (``budget.import``) with its Chinese name, and the roles that may do it."""

    code: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page at ``/<path>`` (``budget/check/``) with its Chinese name; ``view`` names a Django view.

    ``permission`` is one that the pack declares: a page without it opens for nobody and is refused. A page that
    is reached only from another one (``<uuid:key>`` in its path) stands in no menu.
    """

    path: str
    name: str
    view: str
    permission: str

    @property
    def in_menu(self) -> bool:
        return "<" not in self.path


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a register: ``field`` is a path of the model to a plain value (``owner__name``).

    ``money_fen`` is shown in yuan; ``link`` leads to the row that the path goes through; ``number`` and
    ``money_fen`` are summed in the foot, so a year is a ``code``. A hidden column is shown on request.
    ``words`` are (value, Chinese) of a ``choice`` whose field has no choices itself. A ``deadline`` is a moment
    said in words (还有3天); ``done`` is the field that says when it was met.
    """

    field: str
    name: str
    kind: str = "text"
    hidden: bool = False
    words: tuple[tuple[str, str], ...] = ()
    done: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a register may be narrowed by; ``choice`` without choices of the field offers the values that occur."""

    field: str
    name: str
    kind: str = "choice"


@dataclass(frozen=True, slots=True)
class Form:
    """Pages to add a row and to change one: ``fields`` of the model, in their order, each with a column.

    ``fixed`` are fields that are set once and never changed. ``note``: a change must say why, for the audit.
    ``everywhere``: who holds ``permission`` keeps the register for the whole installation, and sees all of its
    rows whatever the own scope is.
    """

    fields: tuple[str, ...]
    permission: str
    note: bool = False
    fixed: tuple[str, ...] = ()
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """A ledger (台账) with generic pages at ``/r/<code>/``: list, detail, export, global search.

    ``board`` is a field with few choices: a page with one column for each. ``area`` is a path to an area
    (``owner__area``): a page with a map. ``form`` makes pages that write. Board and map want a ``choice`` filter
    on the field and on the name of the area, because their cards and areas lead to the list.


    ``search`` are the fields looked through; ``order`` is a field, with ``-`` for descending; ``detail`` are
    the columns on the detail page, all if empty. ``address`` is a page of its own for a row, with fields in
    braces (``/budget/lines/{key}/``). ``only`` are conditions that hold for every row. Opening a row of a
    ``sensitive`` register is written to the audit. ``points``: a page with the rows as points on a map; the model
    is a ``places.models.Positioned``. ``panels`` names a function of the request and the row that gives what
    stands below the facts on the detail page (``anju.kernel.packs.Panel``).
    """

    code: str
    name: str
    model: str
    permission: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    order: str = "-recorded_at"
    detail: tuple[str, ...] = ()
    address: str = ""
    only: tuple[tuple[str, bool | str], ...] = ()
    sensitive: bool = False
    form: Form | None = None
    board: str = ""
    area: str = ""
    points: bool = False
    panels: str = ""

    @property
    def path(self) -> str:
        return f"r/{self.code}/"


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a detail page: a template, and what it is filled with under the name ``panel``."""

    template: str
    panel: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What rows of a kind have beside their columns: the key it is stored under, its Chinese name, kind, unit.

    ``synonyms`` are other heads that offices write over its column.
    """

    key: str
    name: str
    kind: str = "text"
    unit: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AssetType:
    """A type of equipment (``camera`` 摄像机) and what an asset of it has beside the common columns."""

    code: str
    name: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class ObservedProperty:
    """What a series measures (``water_temperature`` 水温), in which unit, and between which values it can be at all."""

    code: str
    name: str
    unit: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class CaseType:
    """A kind of case (``budget.review``): its name, and the address of its page with ``{finding}`` in it.

    ``rules`` are the findings that it is opened for; a kind without any takes those that no other one names.
    """

    code: str
    name: str
    address: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """A rule on a target file: stable code, Chinese name, severity, and the function that applies it."""

    code: str
    name: str
    severity: str
    function: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure that the pack measures: what of (``subject`` is a kind such as ``budget.line``), in which unit.

    ``compute`` names a function of ``indicators.measurement.Compute``; or ``formula`` is arithmetic over
    ``inputs``, (name in the formula, indicator code). An indicator with neither is reported by people.
    """

    code: str
    version: str
    name: str
    unit: str
    direction: str
    subject: str
    compute: str = ""
    formula: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of thing that indicators are about: the text ``kind:key`` names a row of ``model`` by its field ``key``.

    ``label`` is the field with its name; ``address`` its page, with ``{key}``.
    """

    kind: str
    name: str
    model: str
    key: str = "id"
    label: str = "name"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Dated settings (规则表) as a TOML text that a bureau may replace: weights, thresholds, usual costs.

    ``source`` is the text that comes with the product, as ``package/file.toml``. ``load`` names a pure function
    from a text to its rows, which raises a ``Refusal`` for the first thing that is wrong. ``labels`` are (key,
    Chinese) of the keys, ``title`` the keys that name a row to the reader.
    """

    code: str
    name: str
    note: str
    source: str
    load: str
    labels: tuple[tuple[str, str], ...]
    title: tuple[str, ...] = ("name",)


@dataclass(frozen=True, slots=True)
class Job:
    """Work that the worker does by itself: ``path`` names a function of the current time.

    ``every`` is ``minute``, ``hour`` or ``day HH:MM`` in the time of the installation.
    """

    code: str
    name: str
    every: str
    path: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What ``anju demo`` shows: ``build`` names a function that fills the sample city with the pack's sample.

    It is called with the path of a file that the user wants to see in place of the sample, or None.
    """

    build: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All that a pack offers, and on whose behalf (``owner_office``) and by what right (``legal_basis``)."""

    code: str
    name: str
    owner_office: str
    legal_basis: tuple[str, ...]
    commands: tuple[Command, ...] = ()
    permissions: tuple[Permission, ...] = ()
    pages: tuple[Page, ...] = ()
    registers: tuple[Register, ...] = ()
    cases: tuple[CaseType, ...] = ()
    checks: tuple[Check, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    subjects: tuple[Subject, ...] = ()
    rulebooks: tuple[Rulebook, ...] = ()
    jobs: tuple[Job, ...] = ()
    asset_types: tuple[AssetType, ...] = ()
    properties: tuple[ObservedProperty, ...] = ()
    demo: Demo | None = None
