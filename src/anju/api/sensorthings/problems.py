"""What a request cannot have, as problem details (RFC 9457) with a sentence and a next step."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

MEDIA = "application/problem+json"


class Problem(Exception):
    """An answer with a status of its own; ``sentence`` says what is wrong, ``next_step`` what to do."""

    status, title = 400, "请求不对"

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.next_step = sentence, next_step


class Missing(Problem):
    """There is no such thing, or it lies outside the scope of whoever asks."""

    status, title = 404, "没有找到"


class Forbidden(Problem):
    status, title = 403, "没有权限"


class NotAllowed(Problem):
    """The method does not work on this resource."""

    status, title = 405, "不能这样操作"


class Refused(Problem):
    """The request is well-formed, but its content cannot be kept."""

    status, title = 422, "没有收下"


class NotOffered(Problem):
    """The standard has it and this platform does not answer it."""

    status, title = 501, "不支持"


class Unavailable(Problem):
    status, title = 503, "暂时不能办理"


def answer(problem: Problem) -> HttpResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.sentence,
        # Clients of SensorThings show this member.
        "message": f"{problem.sentence}{problem.next_step}",
    }
    if problem.next_step:
        body["next_step"] = problem.next_step
    return JsonResponse(
        body, status=problem.status, content_type=MEDIA, json_dumps_params={"ensure_ascii": False}
    )
