"""The content security policy: only what this server sends, and nothing inline."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

Handler = Callable[[HttpRequest], HttpResponseBase]


def content_security_policy(handle: Handler) -> Handler:
    """Django middleware that adds the policy to every response that brings none."""

    def with_policy(request: HttpRequest) -> HttpResponseBase:
        response = handle(request)
        # A served file brings a stricter policy of its own.
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return with_policy
