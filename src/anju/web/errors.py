"""Error pages: one sentence and a next step."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 400, gettext("这个请求不完整或地址不对。"), gettext("请从首页重新进入。"))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 403, gettext("没有权限看这一页。"), gettext("请向本单位管理员申请。"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, 404, gettext("没有这个页面。"), gettext("请核对地址，或从左侧导航进入。"))


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        500,
        gettext("页面出错，没有改动任何数据。"),
        gettext("请刷新重试；再出错，把此刻时间告诉管理员。"),
    )


def _page(request: HttpRequest, status: int, sentence: str, next_step: str) -> HttpResponse:
    context = {"status": status, "sentence": sentence, "next_step": next_step}
    return render(request, "web/error.html", context, status=status)
