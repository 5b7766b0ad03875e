"""后台任务: is a worker alive, what waits, and what failed so often that a person must look?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from anju.kernel import audit
from anju.kernel.access.login import context_of
from anju.kernel.access.permissions import requires
from anju.kernel.indicators import requests
from anju.kernel.indicators.models import Request
from anju.kernel.worker import running
from anju.kernel.worker.models import Beat, Due

MOST = 100


@requires("worker.manage")
def worker_page(request: HttpRequest) -> HttpResponse:
    """POST tries everything that failed once more."""
    if request.method == "POST":
        again = requests.retry(timezone.now()) + running.retry(timezone.now())
        audit.record(
            "worker.retry",
            "worker",
            actor=request.user.get_username(),
            after={"count": again},
            context=context_of(request),
        )
        return redirect(request.path)
    failed = Request.objects.filter(attempts__gte=requests.MOST_ATTEMPTS).order_by("-asked_at")
    context: dict[str, Any] = {
        "workers": Beat.objects.order_by("worker"),
        "waiting": Request.objects.filter(attempts__lt=requests.MOST_ATTEMPTS).count(),
        "jobs": Due.objects.order_by("at"),
        "failed": failed[:MOST],
        "failed_count": failed.count(),
        "tasks": [_task(row) for row in running.dead_tasks()[:MOST]],
    }
    return render(request, "web/worker.html", context)


def _task(row: Any) -> dict[str, Any]:
    last = row.traceback.strip().splitlines()[-1] if row.traceback else ""
    return {"path": row.task_path, "what": row.args_kwargs, "at": row.finished_at, "error": last}
