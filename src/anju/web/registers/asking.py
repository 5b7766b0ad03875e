"""What a reader asks of a register, read from the address: filters, words, order, columns, density."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.packs import Column, Register
from anju.kernel.wording import listed
from anju.web.registers import filters
from anju.web.registers.filters import Condition, FilterError

DENSITIES = {"comfortable": gettext_lazy("宽松"), "compact": gettext_lazy("紧凑")}
# Parameters of the list itself; those of one answer are not part of a saved view.
_LASTING, _PASSING = ("q", "sort", "columns", "density"), ("page", "print", "export", "box")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """``kept`` are the parameters that were understood; ``troubles`` are sentences on those that were not."""

    register: Register
    kept: dict[str, list[str]]
    conditions: tuple[Condition, ...]
    columns: tuple[Column, ...]
    troubles: tuple[str, ...]

    @property
    def words(self) -> str:
        return self.kept.get("q", [""])[0]

    @property
    def sort(self) -> str:
        return self.kept.get("sort", [self.register.order])[0]

    @property
    def density(self) -> str:
        return self.kept.get("density", ["comfortable"])[0]

    def query(self, **changes: str | None) -> str:
        """The address part after ``?`` with some parameters set, or left out for None."""
        changed = self.kept | {name: [text] for name, text in changes.items() if text is not None}
        return urlencode(
            [(k, v) for k, vs in sorted(changed.items()) for v in vs if changes.get(k, v) is not None]
        )

    def said(self) -> list[str]:
        """The filter in words."""
        words = [gettext("含“{text}”").format(text=self.words)] if self.words else []
        return [c.words for c in self.conditions] + words


def read(register: Register, got: QueryDict) -> Asked:
    """Never raises: what is not understood is left out and named in ``troubles``."""
    given = {name: [t for t in map(_clean, got.getlist(name)) if t] for name in got}
    given = {name: texts for name, texts in given.items() if texts and name not in _PASSING}
    troubles: list[str] = []
    conditions: list[Condition] = []
    kept = {name: given.pop(name) for name in _LASTING if name in given}
    for entry in register.filters:
        for name in filters.parameters(entry):
            if name in given:
                text = given.pop(name)[-1]
                try:
                    conditions.append(filters.condition(register, entry, name, text))
                    kept[name] = [text]
                except FilterError as error:
                    troubles.append(str(error))
    troubles += [gettext("这个台账没有“{name}”这个条件。").format(name=name) for name in given]
    columns = _columns(register, kept, troubles)
    _refuse("sort", {c.field for c in register.columns}, gettext("排序“{value}”不存在。"), kept, troubles)
    _refuse("density", set(DENSITIES), gettext("行距“{value}”不存在。"), kept, troubles)
    return Asked(register, kept, tuple(conditions), columns, tuple(troubles))


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:_LONGEST]


def _columns(register: Register, kept: dict[str, list[str]], troubles: list[str]) -> tuple[Column, ...]:
    """The columns asked for, in the register's order; the first, which opens the row, always."""
    wanted = set(kept.get("columns", ()))
    unknown = wanted - {column.field for column in register.columns}
    if unknown:
        troubles.append(gettext("这个台账没有“{columns}”这一栏。").format(columns=listed(sorted(unknown))))
        kept["columns"] = [field for field in kept["columns"] if field not in unknown]
        wanted -= unknown
    if not wanted:
        kept.pop("columns", None)
        return tuple(column for column in register.columns if not column.hidden)
    return tuple(c for i, c in enumerate(register.columns) if i == 0 or c.field in wanted)


def _refuse(
    name: str, allowed: set[str], sentence: str, kept: dict[str, list[str]], troubles: list[str]
) -> None:
    if name not in kept:
        return
    kept[name] = kept[name][-1:]
    if kept[name][0].removeprefix("-") not in allowed:
        troubles.append(sentence.format(value=kept.pop(name)[0]))


def matching(register: Register, words: str) -> Q:
    """Rows with the words in one of the fields that the register looks through."""
    found = Q(pk__in=[])
    for path in register.search:
        found |= Q(**{f"{path}__icontains": words})
    return found
