"""What a phone may send: a closed registry. A further kind is one more line.

``take`` names a function ``(body, sender) -> key`` that checks the body, writes what it stands for and returns its
key, or ``Beside`` where it wrote it beside something that stands already; it raises a ``Refusal`` (refused) or
``Conflict`` (only the receipt is kept), and is called in a transaction with all photos there. ``form`` names a
function without arguments that gives the form that starts an item of the kind anywhere, ``tasks`` one of ``(user,
scope, now)`` that gives what the user has to do, each with its form. For the office, ``asked`` names one of ``(body)``
that gives the form that was filled in, or None, and ``page`` one of ``(key)`` that gives the address of what an item
became, or "".

A form is JSON: ``{kind, version, title, sections: [{title, items: [item]}], needs_position, needs_signature}``, and
where wanted ``asks_subject`` (the person chooses what it is about), ``signatures: [{role, text, required, when}]`` in
place of the one signature, and ``reason: {code, metres}``: the item of that code is owed without a position and
further than so many metres from the task's place. An item is ``{code, text, kind, required, hint, photos, options,
unit, low, high, when, judged}``; its kind is ``pass_fail`` (answers pass, fail, na), ``yes_no`` (yes, no), ``number``
(text, as typed), ``choice``, ``multiple`` (a list), ``grade``, ``text`` or ``photos`` (nothing but photos); options are
``{value, label}``, or plain texts. ``photos`` is how many an answer needs (of pass_fail the answer fail; of a judged
item every answer but na), 0 where they are welcome, missing where there are none. ``when: {code, is: [answer]}`` says
that it is asked only beside one of these answers. A judged item owes words where its answer fails: fail, a number out
of bounds, an option with ``fails``.

The phone sends ``{form, version, subject, begun_at, answers: {code: answer}, remarks: {code: text}, photos: {code:
[sha256]}, position: {lon, lat, accuracy, at} or null, signature: sha256 or null, signatures: [{role, sha256}]}`` as
the body; signatures are pngs among the item's photos. A task is ``{id, title, place, deadline, subject, form}``, its
form a kind or a whole form; with ``once`` it is done when its item was sent, ``given`` are answers to begin with, and
``at`` is where its object is (``{lon, lat}``, CGCS2000).
"""

from __future__ import annotations

from dataclasses import dataclass

from anju.kernel.field import registers


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item: who may send it, and the dotted paths of what works on it."""

    code: str
    permission: str
    take: str
    form: str = ""
    tasks: str = ""
    asked: str = ""
    page: str = ""


def _adapted(code: str, permission: str, module: str) -> Kind:
    """A kind whose module says all but a form of its own."""
    path = f"anju.kernel.field.adapters.{module}"
    return Kind(
        code, permission, f"{path}.take", "", *(f"{path}.{name}" for name in ("tasks", "asked", "page"))
    )


_NOTES = "anju.kernel.field.notes"
KINDS = {
    kind.code: kind
    for kind in (
        Kind(registers.NOTE, "field.note", f"{_NOTES}.take", f"{_NOTES}.form", f"{_NOTES}.tasks"),
        _adapted(registers.VISIT, "inspections.visit", "visits"),
        _adapted(registers.INTERVIEW, "surveys.enter", "interviews"),
        _adapted(registers.PROGRESS, "works.report", "progress"),
    )
}
