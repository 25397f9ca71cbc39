"""Django's settings, made from the typed Env. Nothing here reads the environment by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eyelevel.kernel.keys import Keys
from eyelevel.server import env as environment

ENV = environment.load()
HOME = ENV.home.resolve()
PACKAGE = Path(__file__).resolve().parent.parent
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
KEYS = Keys.load_or_create(HOME)


def _databases(url: str) -> dict[str, dict[str, Any]]:
    """On SQLite two files of one owner, on PostgreSQL one database (kernel/databases.py)."""
    if url:
        return {"default": _postgres(url)}
    files = {"default": "eyelevel.sqlite3", "heard": "heard.sqlite3"}
    return {
        name: {"ENGINE": "eyelevel.kernel.sqlite", "NAME": str(HOME / file), "CONN_MAX_AGE": None}
        for name, file in files.items()
    }


def _postgres(url: str) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(url)
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    named = {ours: str(parts.pop(theirs, None) or "") for ours, theirs in known.items()}
    return {"ENGINE": "django.db.backends.postgresql", **named, "OPTIONS": parts, "CONN_MAX_AGE": None}


DEBUG = False
SECRET_KEY = KEYS.tag("django", "secret-key", 51)
ALLOWED_HOSTS = environment.hosts(ENV)
DATABASES = _databases(ENV.database)
DATABASE_ROUTERS = ["eyelevel.kernel.databases.Files"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Login"
ROOT_URLCONF = "eyelevel.server.urls"
WSGI_APPLICATION = None
USE_TZ = True
TIME_ZONE = ENV.zone
USE_I18N = True
LANGUAGE_CODE = ENV.language
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600  # a list shows up to 500 cases, each with a box to choose it
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = ENV.max_upload

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "eyelevel.kernel",
    "eyelevel.kernel.search",
    "eyelevel.channels",
    "eyelevel.outbox",
    "eyelevel.people",
    "eyelevel.listening",
    "eyelevel.tokens",
    "eyelevel.posts",
    "eyelevel.knowledge",
    "eyelevel.word",
    "eyelevel.cases",
    "eyelevel.answers",
    "eyelevel.moving",
    "eyelevel.hooks",
    "eyelevel.server.apps.ServerConfig",
]
MIDDLEWARE = [
    "eyelevel.server.middleware.headers",
    "eyelevel.server.middleware.our_name",
    "eyelevel.server.middleware.same_origin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "eyelevel.server.middleware.actor",
    "eyelevel.server.middleware.refusals",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            PACKAGE / "desk" / "templates",
            PACKAGE / "public" / "templates",
            PACKAGE / "api" / "templates",
            PACKAGE / "demo" / "templates",
        ],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "eyelevel.kernel.pages.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "public" / "templates_django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "eyelevel.server.accounts.frame",
            ]
        },
    },
]
FORM_RENDERER = "eyelevel.server.accounts.Dressed"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE = ENV.public_url.startswith("https://")
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "eyelevel.kernel.sessions"
SECURE_PROXY_SSL_HEADER = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/desk/"

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # only the outbox sends

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "eyelevel.server.accounts.Accounts"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "eyelevel.server.accounts.Factors"
MFA_FORMS = {
    "add_webauthn": "eyelevel.server.passkeys.NewPasskey",
    "edit_webauthn": "eyelevel.server.passkeys.RenamedPasskey",
    "login_webauthn": "eyelevel.server.passkeys.LoginProof",
    "authenticate_webauthn": "eyelevel.server.passkeys.SecondProof",
    "reauthenticate_webauthn": "eyelevel.server.passkeys.RenewedProof",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = ENV.company
SILENCED_SYSTEM_CHECKS = ["security.W003", "models.W042"]
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # It counts attempts to log in. With the default of 300 a stranger could push the counters out by other names.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
LOGGING_CONFIG = None
