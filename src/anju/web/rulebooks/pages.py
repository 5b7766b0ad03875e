"""The list of rulebooks, one rulebook with its rows and history, and one change with the decision on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from anju.kernel.access.permissions import may, requires
from anju.kernel.packs import Rulebook
from anju.kernel.rulebooks import keeping, rows
from anju.kernel.rulebooks.keeping import RulebookError
from anju.kernel.rulebooks.models import Edition, State
from anju.kernel.values import rulebooks
from anju.kernel.values.refusal import Refusal
from anju.web.rulebooks.shelf import book_of, books

WRONG = 422
VERIFIED = "verified"


@requires("rules.view")
@require_safe
def shelf_page(request: HttpRequest) -> HttpResponse:
    """Every rulebook with the number of its rows in force, since when its text holds, and what waits."""
    current = Edition.objects.current().exclude(state=State.RETURNED)
    kept = {(edition.code, edition.state): edition for edition in current}
    shown = []
    for office, book in books().values():
        edition = kept.get((book.code, State.IN_FORCE))
        text = edition.text if edition else rulebooks.packaged(book.source)
        states = [part.state(timezone.localdate()) for part in rows.parts(text) if part.is_row]
        shown.append(
            {
                "book": book,
                "office": office,
                "rows": sum(state in ("in_force", "") for state in states),
                "edition": edition,
                "waiting": kept.get((book.code, State.PROPOSED)),
            }
        )
    return render(request, "web/rulebooks.html", {"shown": shown})


@requires("rules.view")
@require_safe
def book_page(request: HttpRequest, code: str) -> HttpResponse:
    """One rulebook: what holds today, what held and will hold, and the history of its texts."""
    book = book_of(code)
    text, waiting = keeping.text_in_force(book), keeping.waiting(code)
    context = {
        "book": book,
        "trouble": _trouble(book, text),
        "parts": [_card(part, book, timezone.localdate()) for part in rows.parts(text)],
        "text": text,
        "waiting": waiting,
        "editions": keeping.editions(code),
        "may_keep": may(request.user, "rules.keep") and waiting is None,
    }
    return render(request, "web/rulebook.html", context)


@requires("rules.view")
@require_http_methods(["GET", "HEAD", "POST"])
def edition_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """One change: what it changes, who proposed it and why; POST approves or returns it."""
    edition = Edition.objects.filter(key=key).order_by("-recorded_at").first()
    if edition is None:
        raise Http404(gettext("没有这份修改。请从规则表进入。"))
    book, trouble = book_of(edition.code), None
    if request.method == "POST":
        try:
            _decide(request, edition, book)
            return redirect(request.path)
        except Refusal as error:
            trouble = error
    before = keeping.before(edition, book)
    own = edition.proposed_by == request.user.get_username()
    open_ = edition.state == State.PROPOSED
    context = {
        "book": book,
        "edition": edition,
        "changes": rows.changes(before, edition.text, book),
        "lines": list(_lines(before, edition.text)),
        "trouble": trouble,
        "typed": request.POST.get("reason", ""),
        "may_approve": open_ and not own and may(request.user, "rules.approve"),
        "may_withdraw": open_ and own and may(request.user, "rules.keep"),
    }
    return render(request, "web/rulebook_edition.html", context, status=WRONG if trouble else 200)


def _decide(request: HttpRequest, edition: Edition, book: Rulebook) -> None:
    actor, decision = request.user.get_username(), request.POST.get("decision", "")
    own = edition.proposed_by == actor
    if not may(request.user, "rules.keep" if own and decision == "return" else "rules.approve"):
        raise RulebookError(gettext("您的角色不能办这一步。"), gettext("请联系有权限的同事。"))
    if decision == "approve":
        keeping.approve(edition, book, actor=actor)
    elif decision == "return":
        keeping.send_back(edition, request.POST.get("reason", ""), actor=actor)
    else:
        raise RulebookError(gettext("没有选择批准或退回。"), gettext("请点其中一个按钮。"))


def _trouble(book: Rulebook, text: str) -> Refusal | None:
    """A newer product may no longer read a text that was approved before."""
    try:
        keeping.check(book, text)
    except Refusal as error:
        return error
    return None


def _card(part: rows.Part, book: Rulebook, today: date) -> dict[str, Any]:
    hidden = {VERIFIED, *book.title} if part.is_row else {VERIFIED}
    order = {key: n for n, (key, _) in enumerate(book.labels)}
    return {
        "part": part,
        "title": rows.title(part, book),
        "state": part.state(today),
        "verified": part.values.get(VERIFIED),
        "values": [
            (rows.label(book, key), rows.words(value, book))
            for key, value in sorted(part.values.items(), key=lambda pair: order.get(pair[0], len(order)))
            if key not in hidden
        ],
    }


def _lines(before: str, after: str) -> Iterable[tuple[str, str]]:
    """The lines that differ with two around them: ("-", line), ("+", line), (" ", line), ("@", "") for a gap."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    for line in list(found)[2:]:
        yield ("@", "") if line.startswith("@@") else (line[0], line[1:])
