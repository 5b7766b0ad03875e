"""The language of the pages: Chinese unless the reader chose another; the choice is a cookie.

The browser's own preference is not asked: an office computer often runs a foreign system.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

Handler = Callable[[HttpRequest], HttpResponseBase]


def chosen_language(handle: Handler) -> Handler:
    """Django middleware: the page is made in the language of the cookie."""

    def in_language(request: HttpRequest) -> HttpResponseBase:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            return handle(request)

    return in_language
