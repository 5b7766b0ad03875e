"""What a person types to change a rulebook: the values of one row, or the whole text, and always the reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import editing, rows
from anju.kernel.rulebooks.keeping import MOST_REASON
from anju.kernel.rulebooks.rows import SINCE, UNTIL, Part
from anju.kernel.values.refusal import Refusal
from anju.kernel.wording import joint

_PREFIX = "row-"
# A key standing alone in a sentence, and not a part of a code such as general-50-30-10.
_WORD = re.compile(r"(?<![A-Za-z0-9_「-])[a-z_]+(?![A-Za-z0-9_-])")


class ChangeForm(forms.Form):
    """``proposed`` is the text that results; a ``Refusal`` is shown at the value that is to blame."""

    reason = forms.CharField(
        label=gettext_lazy("修改原因"),
        max_length=MOST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("写明依据，如文号；批准人和以后查历史的人都看这一句。"),
        error_messages={"required": gettext_lazy("请写明修改原因。")},
    )

    def proposed(self) -> str:
        raise NotImplementedError

    def refuse(self, error: Refusal) -> None:
        self.add_error(None, f"{error.sentence}{joint()}{error.next_step}")

    def main(self) -> list[forms.BoundField]:
        """The fields that are always in sight, above the reason."""
        return [field for field in self if field.name != "reason"]

    def more(self) -> list[forms.BoundField]:
        """The fields that most people leave alone."""
        return []


class WholeForm(ChangeForm):
    """The text as it is stored, for those who can read it."""

    text = forms.CharField(
        label=gettext_lazy("全文"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 32, "class": "mono", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("请写明全文。")},
    )
    field_order = ("text", "reason")

    def proposed(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        return text if text.endswith("\n") else f"{text}\n"


class RowForm(ChangeForm):
    """One part of the text; with ``following`` a new row behind it, which it ends."""

    def __init__(
        self, book: Rulebook, text: str, part: Part, data: Mapping[str, Any] | None, *, following: bool
    ) -> None:
        super().__init__(data)
        self.book, self.text, self.part, self.following = book, text, part, following
        for each in editing.inputs(text, part, book):
            typed = "" if following and each.key in (SINCE, UNTIL) else each.typed
            self.fields[_PREFIX + each.key] = _field(each, typed, book)
        self.order_fields([name for name in self.fields if name != "reason"])

    def main(self) -> list[forms.BoundField]:
        more = {field.name for field in self.more()}
        return [field for field in super().main() if field.name not in more]

    def more(self) -> list[forms.BoundField]:
        """What this row does not settle for itself, so that the common value or none holds."""
        own = {_PREFIX + key for key in (*self.part.values, SINCE, UNTIL)} | {"reason"}
        return [field for field in self if field.name not in own]

    def refuse(self, error: Refusal) -> None:
        """The keys of the stored text stand as their labels, which the person sees."""
        sentence = f"{error.sentence}{joint()}{error.next_step}"
        said = _WORD.sub(lambda word: rows.label(self.book, word[0]), sentence)
        name = _PREFIX + error.key if isinstance(error, editing.TypedError) else None
        self.add_error(name, said)

    def proposed(self) -> str:
        typed = {
            name.removeprefix(_PREFIX): ("on" if value else "") if isinstance(value, bool) else value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX)
        }
        write = editing.continued if self.following else editing.changed
        return write(self.text, self.part.key, typed, self.book)


def _field(each: editing.Input, typed: str, book: Rulebook) -> forms.Field:
    label, hint = rows.label(book, each.key), ""
    if isinstance(each.like, bool):
        return forms.BooleanField(label=label, required=False, initial=typed == "on")
    widget: forms.Widget = forms.TextInput()
    if isinstance(each.like, date):
        widget = forms.DateInput(attrs={"type": "date"})
    elif isinstance(each.like, int):
        widget = forms.TextInput(attrs={"inputmode": "numeric"})
    elif isinstance(each.like, list | Mapping):
        widget = forms.Textarea(attrs={"rows": max(2, typed.count("\n") + 1)})
        pairs = isinstance(each.like, Mapping)
        hint = gettext("每行一个，写成“名称 = 值”。") if pairs else gettext("每行一个。")
    if each.key == UNTIL:
        hint = gettext("最后有效的一天；长期有效的不填。")
    return forms.CharField(label=label, required=False, initial=typed, widget=widget, help_text=hint)
