"""Django's settings, all of them made from the options."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from broadsheet.fields import all_fields
from broadsheet.kernel import options
from broadsheet.kernel.errors import BadOption
from broadsheet.mail.places import anymail
from broadsheet.project.secret import secret_key


def _known(name: str) -> str:
    """The field of that name. Raises BadOption that tells which fields there are."""
    names = [known.name for known in all_fields()]
    if name in names:
        return name
    reason = f"must be one of {', '.join(names)}, not {name}"
    raise BadOption(option="BROADSHEET_FIELD", reason=reason)


OPTIONS = options.read(os.environ)

DATA = OPTIONS.data
INDEX_FOLDER = DATA / "index"
SECRET_KEY = OPTIONS.secret_key or secret_key(DATA)
SECRET_KEY_FALLBACKS = list(OPTIONS.former_secret_keys)
DEBUG = False

_public = urlsplit(OPTIONS.public_url)
PUBLIC_URL = OPTIONS.public_url
ALLOWED_HOSTS = [
    *([_public.hostname] if _public.hostname else []),
    *OPTIONS.allowed_hosts,
    "localhost",
    "127.0.0.1",
    "[::1]",
]
ONLY_HERE = False  # `broadsheet serve` knows better where it listens on loopback alone
TITLE = OPTIONS.title
CONTACT = OPTIONS.contact
# What live sources are given to be let in, by their names.
SOURCE_KEYS = {"github": OPTIONS.github_token}
PING_URL = OPTIONS.ping_url
FIELD = _known(OPTIONS.field)
EMBEDDER = OPTIONS.embedder
PAGE_SIZE = OPTIONS.page_size
WORKERS = OPTIONS.workers
SEAL_AFTER = OPTIONS.seal_after
MAIL = OPTIONS.mail
MAIL_FROM = OPTIONS.mail_from
MAIL_RATE = OPTIONS.mail_rate
MAIL_DOMAIN_RATE = OPTIONS.mail_domain_rate
MAIL_FOLDER = DATA / "mail"
DKIM_SELECTOR = OPTIONS.dkim_selector
DKIM_KEY = OPTIONS.dkim_key
ANYMAIL = anymail(MAIL)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "anymail",
    "broadsheet.jobs",
    "broadsheet.mail",
    "broadsheet.people",
    "broadsheet.papers",
    "broadsheet.editions",
    "broadsheet.harvest",
    "broadsheet.digest",
    "broadsheet.web",
    "django.contrib.admin.apps.SimpleAdminConfig",  # after ours, whose templates come first
]
AUTH_USER_MODEL = "people.User"
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]

MIDDLEWARE = [
    "broadsheet.project.probes.probes",
    "broadsheet.project.middleware.kept_pages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "broadsheet.project.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "broadsheet.project.origins.own_pages",
    "broadsheet.project.operating.operators",
    "broadsheet.project.middleware.errors",
]
ROOT_URLCONF = "broadsheet.project.urls"
WSGI_APPLICATION = "broadsheet.project.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["broadsheet.web.context.site"]},
    }
]


def _database(url: str) -> dict[str, object]:
    """SQLite in the data folder, or the PostgreSQL server an address names."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "catalogue.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
                    "PRAGMA cache_size=-8192;"
                    "PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


DATABASES = {"default": _database(OPTIONS.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "broadsheet.project.files.Files"},
}
WHITENOISE_MAX_AGE = 3600

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "broadsheet.project.formats"

# Strict: no inline script or style, nothing from elsewhere, no framing.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 31_536_000 if _public.scheme == "https" else 0
TRUST_PROXY = OPTIONS.trust_proxy
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Cookies are the operators' alone, and go to their pages alone.
SESSION_COOKIE_NAME = "broadsheet_operator"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "broadsheet_form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None  # until the browser is closed
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
CSRF_FAILURE_VIEW = "broadsheet.project.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

DATA_UPLOAD_MAX_MEMORY_SIZE = 128 * 1024  # 20,000 pasted characters, of whatever script
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

# Tests and development shut the database while a page renders.
REFUSE_RENDER_QUERIES = False

_form = OPTIONS.log_format
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "broadsheet.project.logs.Lines", "form": _form}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # project.errors says it shorter
        "granian": {"level": "WARNING"},
    },
}

# The admin asks for middlewares and context processors on every page; it has them on its own.
SILENCED_SYSTEM_CHECKS = [
    f"admin.{check}" for check in ("E402", "E404", "E408", "E409", "E410", "W411")
]
PACKAGE = Path(__file__).parents[1]
