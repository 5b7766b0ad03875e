"""One step about an account or a grant: looked at, given a reason or a date, done or refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from anju.kernel import audit
from anju.kernel.access import login
from anju.kernel.access.errors import AccessError
from anju.kernel.access.pages.account import user_of
from anju.kernel.access.pages.forms import Form

# What the page that follows says, by the code in its address.
DONE = {
    "disabled": gettext_lazy("账号已停用，它的登录全部结束。"),
    "unlocked": gettext_lazy("账号已解锁，现在就可以重新登录。"),
    "proposed": gettext_lazy("授权已提出，等安全管理员批准后生效。"),
    "approved": gettext_lazy("已批准。本人要重新登录才用得上。"),
    "refused": gettext_lazy("已退回，这项授权不会生效。"),
    "withdrawn": gettext_lazy("授权已收回，本人的登录全部结束。"),
    "handled": gettext_lazy("这项授权已处理过，下面是现在的情况。"),
}
BUTTON = (("", gettext_lazy("提交")),)


@dataclass(frozen=True, slots=True)
class Step:
    """The words of a step, the audit code of its refusal, and the page (``back``) that one comes from.

    ``buttons`` are pairs of the value sent as ``decision`` and its word, the first one being the main one.
    """

    title: str
    lede: str
    back: str
    came_from: str
    action: str
    what: models.Model | str
    facts: tuple[tuple[str, Any], ...] = ()
    buttons: tuple[tuple[str, str], ...] = BUTTON


def take(
    request: HttpRequest, step: Step, form: Form, do: Callable[[dict[str, Any]], str | HttpResponse]
) -> HttpResponse:
    """Show the form; on POST ``do`` what it asks with the cleaned data, in one transaction.

    ``do`` gives the code of ``DONE`` for the way back, or an answer of its own. What it refuses by
    ``AccessError`` stands above the form and in the audit.
    """
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                done = do(form.cleaned_data)
            return done if isinstance(done, HttpResponse) else go(step.back, done)
        except AccessError as error:
            form.refuse(error)
            _record_refusal(request, step, error)
    status = 422 if form.is_bound else 200
    return render(request, "access/step.html", {"step": step, "form": form}, status=status)


def go(address: str, done: str) -> HttpResponseRedirect:
    """On to a page that says what was done."""
    answer: HttpResponseRedirect = redirect(f"{address}?{urlencode({'done': done})}")
    return answer


def notice(request: HttpRequest) -> str | Promise:
    """What was just done, for the page that follows; empty when nothing was."""
    return DONE.get(request.GET.get("done", ""), "")


def typed(request: HttpRequest) -> Any:
    """What was sent, also when nothing was ticked or typed; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def show_password(request: HttpRequest, words: str, user: models.Model, password: str) -> HttpResponse:
    """A one-time password in the answer itself: it is never shown again."""
    context = {"words": words, "shown": user, "password": password}
    return render(request, "access/one_time.html", context)


def _record_refusal(request: HttpRequest, step: Step, error: AccessError) -> None:
    audit.record(
        step.action,
        step.what,
        actor=user_of(request).username,
        result="refused",
        reason=error.sentence,
        context=login.context_of(request),
    )
