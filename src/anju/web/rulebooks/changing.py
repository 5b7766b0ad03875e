"""The page on which a change is made: one row, a new row that follows another, or the whole text."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from anju.kernel.access.permissions import requires
from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import editing, keeping, rows
from anju.kernel.rulebooks.models import digest_of
from anju.kernel.values.refusal import Refusal
from anju.web.rulebooks.forms import ChangeForm, RowForm, WholeForm
from anju.web.rulebooks.shelf import book_of

WRONG = 422


@requires("rules.keep")
@require_http_methods(["GET", "HEAD", "POST"])
def change_page(request: HttpRequest, code: str) -> HttpResponse:
    """``?part=`` names the row to change, ``?after=`` the row to be followed; with neither, the whole text."""
    book = book_of(code)
    waiting = keeping.waiting(code)
    if waiting and request.method != "POST":
        return redirect(f"/rulebooks/editions/{waiting.key}/")
    text = keeping.text_in_force(book)
    form = _form(request, book, text)
    was = request.POST.get("was") or digest_of(text)
    if form.is_bound and form.is_valid():
        try:
            made = keeping.propose(
                book, form.proposed(), form.cleaned_data["reason"], was=was, actor=request.user.get_username()
            )
            return redirect(f"/rulebooks/editions/{made.key}/")
        except Refusal as error:
            form.refuse(error)
    part = getattr(form, "part", None)
    context = {
        "book": book,
        "form": form,
        "row": rows.title(part, book) if part else "",
        "following": getattr(form, "following", False),
        "dated": bool(part and rows.SINCE in part.values),
        "was": was,
    }
    return render(request, "web/rulebook_change.html", context, status=WRONG if form.is_bound else 200)


def _form(request: HttpRequest, book: Rulebook, text: str) -> ChangeForm:
    data = request.POST if request.method == "POST" else None
    after, key = request.GET.get("after", ""), request.GET.get("part", "")
    if not (after or key):
        return WholeForm(data, initial={"text": text})
    part = editing.part_of(text, after or key)
    if part is None or (after and rows.SINCE not in part.values):
        raise Http404(gettext("规则表里没有这一行。请从规则表进入。"))
    return RowForm(book, text, part, data, following=bool(after))
