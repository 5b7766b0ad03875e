"""Deployment facts, read from environment variables ``ANJU_*``. Thresholds and rules are data of packs."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_urlsafe

import dj_database_url

from anju import enabled

ANJU_PACKS = enabled.PACKS

DEBUG = False
# Nothing is signed that must outlive the process, so a machine without a configured key draws a fresh one.
SECRET_KEY = os.environ.get("ANJU_SECRET_KEY") or token_urlsafe(48)
ALLOWED_HOSTS = os.environ.get("ANJU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

# Everything that this installation stores: database, files, keys.
DATA = Path(os.environ.get("ANJU_DATA", "var")).absolute()
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("ANJU_DATABASE_URL", f"sqlite:///{DATA / 'anju.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Immediate transactions: a reader never turns into a writer half way and meets a lock.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "anju.web.urls"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "anju.kernel.audit",
    "anju.kernel.rulebooks",
    "anju.kernel.files",
    "anju.kernel.places",
    "anju.kernel.parties",
    "anju.kernel.access",
    "anju.kernel.assets",
    "anju.kernel.telemetry",
    "anju.kernel.indicators",
    "anju.kernel.findings",
    "anju.kernel.cases",
    "anju.kernel.surveys",
    "anju.kernel.inspections",
    "anju.kernel.funds",
    "anju.kernel.exchange",
    "anju.kernel.field",
    "anju.kernel.works",
    "anju.kernel.worker",
    "django_tasks",
    "django_tasks_db",
    "anju.web",
    "anju.web.registers",
    *(f"anju.packs.{name}" for name in ANJU_PACKS),
]
MIDDLEWARE = [
    "anju.web.security.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "anju.web.language.chosen_language",
    "anju.kernel.access.middleware.DefaultDeny",
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

# The name under which the audit knows the worker.
ANJU_WORKER = "anju worker"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Sign-in without a password as one of the sample people: for ``anju demo`` on this machine, refused by ``serve``.
ANJU_DEMO = os.environ.get("ANJU_DEMO") == "1"
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "anju.kernel.access.backends.PasswordBackend",
    "anju.kernel.access.demo.DemoBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "anju.kernel.access.proof.passwords.PasswordRules"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
SESSION_ENGINE = "anju.kernel.access.session_store"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# The demonstration speaks plain HTTP to this machine; everything else is behind TLS.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not ANJU_DEMO
SECURE_HSTS_SECONDS = 0 if ANJU_DEMO else 31_536_000
CSRF_FAILURE_VIEW = "anju.kernel.access.pages.login.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not ANJU_DEMO
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
# Files are served from the packages themselves: one process, no copying step before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
