"""Django's settings, derived from :class:`kiwanda.site.config.Config`."""

from __future__ import annotations

import importlib.util
import os
from typing import Any

import dj_database_url

from kiwanda.site.config import ROOT, Config

CONFIG = Config()

SECRET_KEY = CONFIG.secret()
KIWANDA_VAULT_KEYS = CONFIG.vault()
KIWANDA_INDEX_KEY = CONFIG.index()
KIWANDA_KEYS = CONFIG.home / "keys"
# The demo's people have no authenticator.
KIWANDA_STEP_UP = CONFIG.step_up and CONFIG.mode != "demo"
KIWANDA_FILES = CONFIG.home / "files"
KIWANDA_DEMO = CONFIG.is_demo
KIWANDA_PUBLIC_URL = CONFIG.public_url.rstrip("/")
#: Port → adapter. The only place that binds them; tests and operators override single entries.
KIWANDA_ADAPTERS = {
    "payments": "kiwanda.site.providers.payments",
    "messaging": "kiwanda.site.providers.messaging",
    "sms_webhook": "kiwanda.site.providers.sms_webhook",
    "whatsapp_webhook": "kiwanda.site.providers.whatsapp_webhook",
    "pictures": "kiwanda.site.providers.pictures",
    "menus": "kiwanda.site.providers.menus",
    "staff_chat": "kiwanda.site.providers.staff_chat",
    "push": "kiwanda.site.providers.push",
    "mail": "kiwanda.site.providers.mail",
}
#: Nobody is written to in these hours (from, until; whole hours of Nairobi) unless somebody waits for it.
KIWANDA_QUIET_HOURS = CONFIG.quiet
#: What did not arrive by then is said again by SMS.
KIWANDA_FALLBACK_MINUTES = CONFIG.fallback_minutes

#: How often an address may knock (surfaces.limits), and how many proxies of ours stand before the site.
KIWANDA_LIMITS = CONFIG.limits
KIWANDA_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = CONFIG.proxies

DEBUG = CONFIG.debug
ALLOWED_HOSTS = [host.strip() for host in CONFIG.allowed_hosts.split(",") if host.strip()]
CSRF_TRUSTED_ORIGINS = [KIWANDA_PUBLIC_URL] if KIWANDA_PUBLIC_URL.startswith("https") else []

FACTORY_ROOMS = [
    "catalog",
    "network",
    "demand",
    "planning",
    "dispatch",
    "supply",
    "production",
    "quality",
    "settlement",
    "advances",
    "logistics",
    "devices",
    "billing",
    "records",
    "traceability",
    "impact",
    "conversations",
]

INSTALLED_APPS = [
    "kiwanda.surfaces",  # first: its templates win over those of allauth and the admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "kiwanda.core",
    *[f"kiwanda.factory.{room}" for room in FACTORY_ROOMS],
    "kiwanda.surfaces.tower",
    "kiwanda.surfaces.phone",
    "kiwanda.surfaces.passport",
    "kiwanda.surfaces.records",
    "kiwanda.surfaces.partner_api",
    "kiwanda.surfaces.ussd",
    "kiwanda.surfaces.chat",
    "kiwanda.surfaces.bench",
    "kiwanda.twin",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kiwanda.surfaces.middleware.LanguageMiddleware",
    "kiwanda.surfaces.limits.LimitsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kiwanda.surfaces.middleware.RejectionMiddleware",
    "kiwanda.surfaces.middleware.LooksMiddleware",
]

ROOT_URLCONF = "kiwanda.site.urls"
WSGI_APPLICATION = "kiwanda.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kiwanda.surfaces.context.shell",
            ],
        },
    }
]

_DATABASE: dict[str, Any]
if CONFIG.database_url:
    _DATABASE = dict(dj_database_url.parse(CONFIG.database_url, conn_max_age=600, conn_health_checks=True))
else:
    # While the demo is built into a file of its own, a crash costs only that file: no waiting for the disk.
    _BUILDING = os.environ.get("KIWANDA_BUILDING", "")
    _DATABASE = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _BUILDING or CONFIG.home / "kiwanda.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # Money lives here: every commit reaches the disk.
            "init_command": (
                f"PRAGMA journal_mode=WAL;PRAGMA synchronous={'OFF' if _BUILDING else 'FULL'};PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-65536;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
            ),
        },
    }
DATABASES = {"default": _DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes: limits are counted in it, allauth's too.
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "kiwanda.core.shared_cache.SharedFileCache",
        "LOCATION": CONFIG.home / "cache",
        "TIMEOUT": 7200,
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
if CONFIG.cache_url:
    if not CONFIG.cache_url.startswith(("redis://", "rediss://")):
        raise ValueError("KIWANDA_CACHE_URL is written as redis://host:6379/0.")
    if importlib.util.find_spec("redis") is None:
        raise ValueError("KIWANDA_CACHE_URL needs the package redis: pip install redis.")
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CONFIG.cache_url}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "kiwanda.surfaces.account.StaffAccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/m/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = KIWANDA_PUBLIC_URL.startswith("https")
SECURE_CONTENT_TYPE_NOSNIFF = True
# The demo's phone bench shows the app in a frame of its own page.
X_FRAME_OPTIONS = "SAMEORIGIN" if KIWANDA_DEMO else "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sw", "Kiswahili")]
LOCALE_PATHS = [ROOT / "src" / "kiwanda" / "site" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = CONFIG.home / "static"
STATICFILES_DIRS = [("vendor", ROOT / "vendor")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"kiwanda": {"level": "INFO"}},
}
