"""The routes: reading for whoever may see telemetry, creating for whoever may submit values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldError
from django.db import DataError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse, JsonResponse

from anju.api.sensorthings import problems
from anju.api.sensorthings.creating.delivering import Sender, deliver, refusal
from anju.api.sensorthings.creating.items import Item, body_of, item, items_of_array
from anju.api.sensorthings.documents import address
from anju.api.sensorthings.model import ENTITIES
from anju.api.sensorthings.options import read
from anju.api.sensorthings.paths import resolve
from anju.api.sensorthings.points.data_array import arrays
from anju.api.sensorthings.problems import Forbidden, NotAllowed, Problem, Unavailable
from anju.api.sensorthings.reading import Answer, service
from anju.api.sensorthings.view import View
from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.models import User
from anju.kernel.access.permissions import requires
from anju.kernel.access.scope import scope_of
from anju.kernel.access.tokens.models import Opens
from anju.kernel.access.tokens.presenting import opened_by
from anju.kernel.telemetry.frames import Reason

ROOT = "/api/sta/v1.1/"
Route = Callable[..., HttpResponse]
_SUBMIT = "telemetry.submit"


def _route(view: Route) -> Route:
    """A route of the service: what goes wrong is answered as problem details."""

    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except Problem as problem:
            return problems.answer(problem)
        except (FieldError, DataError, ProgrammingError, OverflowError):
            return problems.answer(
                Problem("查询里的值不能这样比较或计算。", "请核对数、文字和时间有没有混用。")
            )
        except OperationalError:
            return problems.answer(Unavailable("数据库正忙。", "请稍后再试。"))

    return opened_by(Opens.SENSORTHINGS)(requires("telemetry.view")(guarded))


def _json(body: Any, status: int = 200) -> HttpResponse:
    return JsonResponse(body, status=status, safe=False, json_dumps_params={"ensure_ascii": False})


def _view(request: HttpRequest) -> View:
    assert isinstance(request.user, User)
    return View(scope_of(request.user), request.build_absolute_uri(ROOT))


def _get_only(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise NotAllowed("这里只能读。", "设备和测点在各自的台账里维护；观测值用POST提交到Observations。")


@_route
def root_page(request: HttpRequest) -> HttpResponse:
    """The service root."""
    _get_only(request)
    return _json(service(request.build_absolute_uri(ROOT)))


@_route
def resource_page(request: HttpRequest, path: str) -> HttpResponse:
    """Any resource path."""
    if request.method == "POST":
        return _create(request, path)
    _get_only(request)
    view = _view(request)
    given = {name: text for name, text in request.GET.items() if isinstance(text, str)}
    options = read(given)
    found = resolve(path, view)
    answer = Answer(view, given, options)
    body = answer.of(found, request.build_absolute_uri(request.path))
    if isinstance(body, str):
        return HttpResponse(body, content_type="text/plain; charset=utf-8")
    if options.format and not found.references:
        body = arrays(view.root, found, options, body)
    return _json(body)


# -- creating ----------------------------------------------------------------------------------------------


def _create(request: HttpRequest, path: str) -> HttpResponse:
    view = _view(request)
    found = None if path.strip("/") == "CreateObservations" else resolve(path, view)
    if found and (found.entity.name != "Observations" or found.single):
        raise NotAllowed(
            "这里只能新建观测值。", "设备和测点在各自的台账里登记；观测值用POST提交到Observations。"
        )
    if _SUBMIT not in request.permissions:  # type: ignore[attr-defined]
        raise Forbidden("您没有提交观测值的权限。", "请用有权限的账号的令牌。")
    sender = _sender(request)
    if found is None:
        return _create_many(view, request.body, sender)
    series = None
    if found.parent is not None:
        parent, rows = found.parent
        if parent.name != "Datastreams":
            raise NotAllowed(
                "观测值要提交给一个Datastream。", "请POST到Observations或Datastreams(编号)/Observations。"
            )
        series = rows.get()
    made = item(view, body_of(request.body), series)
    (reason,) = deliver([made], sender)
    if reason is not Reason.NONE:
        raise refusal(reason)
    answer = HttpResponse(status=201)
    answer["Location"] = _link(view, made)
    return answer


def _create_many(view: View, raw: bytes, sender: Sender) -> HttpResponse:
    """A link or an error for each observation of a data array, in their order."""
    given = items_of_array(view, body_of(raw))
    sound = [one for one in given if isinstance(one, Item)]
    reasons = iter(deliver(sound, sender) if sound else [])
    told = [
        f"error: {one.sentence}" if isinstance(one, Problem) else _told(view, one, next(reasons))
        for one in given
    ]
    return _json(told, 201)


def _told(view: View, one: Item, reason: Reason) -> str:
    if reason is Reason.NONE:
        return _link(view, one)
    return f"error: {refusal(reason).sentence}"


def _link(view: View, one: Item) -> str:
    return address(view.root, ENTITIES["Observations"], one.id)


def _sender(request: HttpRequest) -> Sender:
    assert isinstance(request.user, User)
    context: audit.Context = context_of(request)
    return Sender(request.user.username, request.headers.get("Idempotency-Key", "")[:200], context)
