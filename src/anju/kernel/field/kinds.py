"""What a phone may send: a closed registry. A further kind is one more line.

``take`` names a function ``(body, sender) -> key`` that checks the body, writes what it stands for and returns its
key; it raises a ``Refusal`` (refused) or ``Conflict`` (both are kept), and is called in a transaction with all
photos there. ``form`` names a function without arguments that gives the form that starts an item of the kind
anywhere, ``tasks`` one of ``(user, scope, now)`` that gives what the user has to do, each with its form.

A form is JSON: ``{kind, version, title, sections: [{title, items: [item]}], needs_position, needs_signature}``. An
item is ``{code, text, kind, required, hint, photos, options, unit, low, high}``; its kind is ``pass_fail`` (answers
pass, fail, na), ``yes_no`` (yes, no), ``number`` (text, as typed), ``choice``, ``multiple`` (a list), ``grade``
or ``text``; options are ``{value, label}``, or plain texts. ``photos`` is how many an answer needs (of pass_fail
the answer fail), 0 where they are welcome, missing where there are none.

The phone sends ``{form, version, subject, answers: {code: answer}, remarks: {code: text}, photos: {code: [sha256]},
position: {lon, lat, accuracy, at} or null, signature: sha256 or null}`` as the body; the signature is a png among
the item's photos. A task is ``{id, title, place, deadline, subject, form}``, its form a kind or a whole form.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item: who may send it, and the dotted paths of what works on it."""

    code: str
    permission: str
    take: str
    form: str = ""
    tasks: str = ""


_NOTES = "anju.kernel.field.notes"
KINDS = {
    kind.code: kind
    for kind in (Kind("field.note", "field.note", f"{_NOTES}.take", f"{_NOTES}.form", f"{_NOTES}.tasks"),)
}
