"""Deployment facts, read from environment variables ``ANJU_*``. Thresholds and rules are data of packs."""

from __future__ import annotations

import os
from secrets import token_urlsafe

from anju import enabled

ANJU_PACKS = enabled.PACKS

DEBUG = False
# Nothing is signed that must outlive the process, so a machine without a configured key draws a fresh one.
SECRET_KEY = os.environ.get("ANJU_SECRET_KEY") or token_urlsafe(48)
ALLOWED_HOSTS = os.environ.get("ANJU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

ROOT_URLCONF = "anju.web.urls"
INSTALLED_APPS = ["django.contrib.staticfiles", "anju.web", *(f"anju.packs.{name}" for name in ANJU_PACKS)]
MIDDLEWARE = [
    "anju.web.security.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "anju.web.navigation.navigation",
            ]
        },
    }
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
# Files are served from the packages themselves: one process, no copying step before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
