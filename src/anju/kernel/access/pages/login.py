"""Signing in and out: /login/, /login/second-factor/, /login/demo/, /logout/."""

from __future__ import annotations

from typing import Any

from django.contrib import auth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from anju.kernel.access import demo, login
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import User
from anju.kernel.access.pages.forms import CodeForm, LoginForm
from anju.kernel.access.permissions import OWN_ACCOUNT, requires


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """User name and password; the demonstration also lists its people."""
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = login.give_password(request, given["username"], given["password"], timezone.now())
        except AccessError as error:
            form.refuse(error)
        else:
            owes_code = request.user != user
            return redirect(_onward(request, "second-factor") if owes_code else _next(request))
    people = demo.people() if demo.is_open_to(request) else []
    return _page(request, "access/login.html", {"form": form, "people": people})


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """The code that the authenticator shows, or a recovery code."""
    user = login.pending_user(request, timezone.now())
    if user is None:
        return redirect(_onward(request, "login"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            login.give_code(request, user, form.cleaned_data["code"], timezone.now())
        except AccessError as error:
            form.refuse(error)
        else:
            return redirect(_next(request))
    return _page(request, "access/code.html", {"form": form})


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the people of the demonstration."""
    if not demo.is_open_to(request):
        raise Http404
    user = auth.authenticate(request, demo_user=request.POST.get("user", ""))
    if not isinstance(user, User):
        raise Http404
    login.open_session(request, user, verified=False, backend=demo.BACKEND)
    return redirect(_next(request))


@requires(OWN_ACCOUNT)
@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    login.close_session(request)
    return redirect("login")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: the form is too old, or another site sent it."""
    trouble = {
        "status": 403,
        "sentence": gettext("这个表单已过期，没有提交。"),
        "next_step": gettext("请返回上一页，刷新后再提交一次。"),
    }
    return render(request, "web/error.html", trouble, status=403)


def _next(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"


def _onward(request: HttpRequest, name: str) -> str:
    wanted = request.GET.get("next")
    return reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else "")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    wrong = request.method == "POST"
    return render(request, template, context, status=422 if wrong else 200)
