"""The own account: password, second factor, sessions."""

from __future__ import annotations

from uuid import UUID

import segno
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anju.kernel import audit
from anju.kernel.access import accounts, login, session_store
from anju.kernel.access.errors import AccessError
from anju.kernel.access.models import User
from anju.kernel.access.pages.forms import CodeForm, NewCodeForm, PasswordForm
from anju.kernel.access.permissions import OWN_ACCOUNT, requires, roles_of
from anju.kernel.access.proof import second_factor
from anju.kernel.access.roles import Role

# Entry of a session that has shown the old authenticator and may see the secret of the next one.
PROVED = "proved"


def user_of(request: HttpRequest) -> User:
    """Who is signed in: the middleware lets nobody else come here."""
    assert isinstance(request.user, User)
    return request.user


@requires(OWN_ACCOUNT)
@require_safe
def account_page(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    context = {
        "roles": [Role(role).label for role in sorted(roles_of(user))],
        "enrolled": second_factor.is_enrolled(user),
        "codes_left": second_factor.recovery_codes_left(user),
        "sessions": session_store.live(user),
        "here": request.session[session_store.HANDLE],
    }
    return render(request, "access/account.html", context)


@requires(OWN_ACCOUNT)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_page(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _change(request, user, form):
        return redirect("account")
    status = 422 if request.method == "POST" else 200
    return render(request, "access/password.html", {"form": form, "due": user.password_is_due}, status=status)


def _change(request: HttpRequest, user: User, form: PasswordForm) -> bool:
    """Whether the password was changed; otherwise the form says why not."""
    given = form.cleaned_data
    try:
        login.check_password(request, user, given["current"], timezone.now())
        with transaction.atomic():
            accounts.change_password(
                user, given["new"], keep=request.session.session_key, context=login.context_of(request)
            )
            login.renew_session(request, user)
    except AccessError as error:
        form.refuse(error)
    except ValidationError as error:
        form.add_error("new", error.messages)
    return form.is_valid()


@requires(OWN_ACCOUNT)
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Enrol an authenticator; who has one gives a code of it first, to replace it or for new recovery codes."""
    user = user_of(request)
    action = request.POST.get("action", "")
    enrolled = second_factor.is_enrolled(user)
    if second_factor.pending_secret(user) and (PROVED in request.session or not enrolled):
        form: NewCodeForm | CodeForm = NewCodeForm(request.POST if action == "confirm" else None)
        if form.is_bound and form.is_valid() and _confirm(request, user, form):
            return _show_codes(request, user)
    elif enrolled:
        form = CodeForm(request.POST if action in ("replace", "codes") else None)
        if form.is_bound and form.is_valid() and _prove(request, user, form):
            if action == "codes":
                return _show_codes(request, user)
            second_factor.start(user)
            request.session[PROVED] = True
            return redirect("account-second-factor")
    else:
        second_factor.start(user)
        form = NewCodeForm()
    context = {"form": form, "first": not enrolled}
    if isinstance(form, NewCodeForm):
        context |= _enrolment(user)
    return render(request, "access/second_factor.html", context, status=422 if form.errors else 200)


def _enrolment(user: User) -> dict[str, str]:
    """The secret that waits for its first code, as text and as a drawing to scan."""
    secret = second_factor.pending_secret(user) or ""
    code = segno.make(second_factor.provisioning_uri(user, secret), micro=False)
    drawing = code.svg_inline(
        scale=4, light="#ffffff", dark="#000000", omitsize=False, title=gettext("二维码")
    )
    # Drawn here from our own data: nothing in it was typed by anybody.
    return {
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "qr": mark_safe(drawing),
    }


def _confirm(request: HttpRequest, user: User, form: NewCodeForm | CodeForm) -> bool:
    with transaction.atomic():
        if second_factor.confirm(user, form.cleaned_data["code"], timezone.now()):
            login.renew_session(request, user, verified=True)
            request.session.pop(PROVED, None)
            session_store.end_all(user, keep=request.session.session_key)
            audit.record(
                "access.second_factor.enrol", user, actor=user.username, context=login.context_of(request)
            )
            return True
    form.refuse(
        AccessError(gettext_lazy("验证码不对。"), gettext_lazy("请等下一个验证码再输；手机的时间要准。"))
    )
    return False


def _prove(request: HttpRequest, user: User, form: NewCodeForm | CodeForm) -> bool:
    try:
        login.check_code(request, user, form.cleaned_data["code"], timezone.now())
    except AccessError as error:
        form.refuse(error)
    return form.is_valid()


def _show_codes(request: HttpRequest, user: User) -> HttpResponse:
    """Recovery codes in the answer itself: they are never shown again."""
    with transaction.atomic():
        codes = second_factor.new_recovery_codes(user)
        audit.record(
            "access.recovery_code.make", user, actor=user.username, context=login.context_of(request)
        )
    return render(request, "access/recovery_codes.html", {"codes": codes})


@requires(OWN_ACCOUNT)
@require_POST
def end_session(request: HttpRequest, handle: UUID) -> HttpResponse:
    """End one of the own sessions, on another computer perhaps."""
    user = user_of(request)
    with transaction.atomic():
        if not session_store.end(session_store.live(user).filter(handle=handle)):
            raise Http404
        after = {"session": str(handle)}
        context = login.context_of(request)
        audit.record("access.session.end", user, actor=user.username, after=after, context=context)
    return redirect("account")
