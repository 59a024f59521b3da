"""Django settings; `grilse.django_setup` names the databases before Django reads them."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

from grilse import home
from grilse.errors import GrilseError


def parse_database_url(url: str) -> dict[str, Any]:
    """Return Django's description of a PostgreSQL URL."""
    parts: dict[str, Any] = dict(conninfo_to_dict(url))
    named = {key: str(parts.pop(name, "") or "") for key, name in NAMES.items()}
    return {"ENGINE": "django.db.backends.postgresql", **named, "OPTIONS": parts}


def parse_public_url(url: str) -> SplitResult:
    """Return the parts of the address at which people reach the server; refuse one that is not scheme and host."""
    try:
        parts = urlsplit(url.strip().removesuffix("/").lower())
        is_address = parts.port != 0 and parts.scheme in ("http", "https") and parts.hostname and not parts.username
    except ValueError:
        is_address = None
    if url and not (is_address and parts.geturl() == f"{parts.scheme}://{parts.netloc}"):
        raise GrilseError(f"GRILSE_PUBLIC_URL is {url!r}: set it to scheme and host, like https://farm.example.com")
    return parts


def parse_count(name: str, default: int) -> int:
    """Return the whole number of an environment variable."""
    text = os.environ.get(name) or str(default)
    if not text.isdecimal():
        raise GrilseError(f"{name} is {text!r}: set it to a whole number, 0 for no limit")
    return int(text)


def parse_proxy_address(address: str) -> str:
    """Return the address of the proxy; refuse what is no IP address."""
    try:
        return str(ip_address(address)) if address else ""
    except ValueError:
        raise GrilseError(f"GRILSE_TRUSTED_PROXY is {address!r}: set it to one IP address, like 10.0.0.2") from None


def parse_language(code: str) -> str:
    """Return the code of a language; refuse one that there is not."""
    if code not in ("en", "nb"):
        raise GrilseError(f"GRILSE_LANGUAGE is {code!r}: set it to en for English, or nb for Norwegian")
    return code


def parse_networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks of a list with commas; refuse what is no network."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise GrilseError(f"GRILSE_WEBHOOK_NETWORKS: {error}; write networks as 10.1.0.0/16, with commas") from None


def format_host(parts: SplitResult) -> str:
    """Return a host as the header Host has it, without its port."""
    return f"[{parts.hostname}]" if ":" in (parts.hostname or "") else str(parts.hostname)


NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}

# `default` is the application role, under row-level security; `owner` migrates and loads in bulk.
DATABASES = {
    "default": {
        **parse_database_url(os.environ.get("GRILSE_APP_URL", "")),
        # A new connection costs more than most requests.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
    "owner": parse_database_url(os.environ.get("DATABASE_URL", "")),
}
# Statements through psycopg's own cursors, as in each edit, are planned once per connection.
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 2

SECRET_KEY = os.environ.get("GRILSE_SECRET_KEY") or home.read_secret("django_secret_key")
DEBUG = False
PUBLIC = parse_public_url(os.environ.get("GRILSE_PUBLIC_URL", ""))
HAS_TLS = PUBLIC.scheme == "https"
# Health checks come to the loopback.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *([format_host(PUBLIC)] if PUBLIC.hostname else [])]
# The only address whose X-Forwarded-For and X-Forwarded-Proto count.
TRUSTED_PROXY = parse_proxy_address(os.environ.get("GRILSE_TRUSTED_PROXY") or ("127.0.0.1" if HAS_TLS else ""))
CSRF_TRUSTED_ORIGINS = [PUBLIC.geturl()] if PUBLIC.hostname else []
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = HAS_TLS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HAS_TLS else 0

INSTALLED_APPS = [
    # Templates of the back office override Unfold's, which override Django's.
    "grilse.admin",
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "allauth.account",
    "grilse.access",
    "grilse.farm",
    "grilse.people",
    "grilse.helpdesk",
    "grilse.stock",
    "grilse.environment",
    "grilse.feeding",
    "grilse.health",
    "grilse.growth",
    "grilse.planning",
    "grilse.official",
    "grilse.attention",
    "grilse.generator",
    "procrastinate.contrib.django",
    "grilse.jobs",
    "grilse.proof",
    "grilse.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "grilse.web.middleware.ContentSecurityPolicyMiddleware",
    "grilse.project.static_files.StaticFilesMiddleware",
    "grilse.web.middleware.CompressionMiddleware",
    "grilse.web.middleware.ApiProblemMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "grilse.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "grilse.web.middleware.OriginCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "grilse.web.rate_limits.RateLimitMiddleware",
    "grilse.web.middleware.LoginOrRedirectMiddleware",
]

ROOT_URLCONF = "grilse.project.urls"
WSGI_APPLICATION = "grilse.project.wsgi.application"
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
                "grilse.web.frame.add_frame",
            ]
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
# Of Faroese there are the formats of numbers and dates; its texts are in English.
LANGUAGES = [("en", "English"), ("nb", "Norsk (bokmål)"), ("fo", "Føroyskt")]
LOCALE_PATHS = [Path(__file__).parents[1] / "locale"]
# Kept for a year: the language is chosen once on a device.
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HAS_TLS
FORMAT_MODULE_PATH = "grilse.project.formats"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
# The first request of a version writes its files there: no `collectstatic` before the first start.
STATIC_ROOT = home.find_home() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "grilse.project.static_files.VersionedStorage"},
}
CSRF_FAILURE_VIEW = "grilse.web.error_pages.report_stale_form"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "grilse.web.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "grilse.web.accounts.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
# The admin who adds a login vouches for its address.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {
    # The crew of a boat shares one address; only guesses at one login have to be slow.
    "login": "120/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
}
# Counts failed logins and nothing that users see, for all processes of the server.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": home.find_home() / "login_attempts",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
# Of an API key or of a login; 0 is no limit.
REQUESTS_PER_MINUTE = parse_count("GRILSE_REQUESTS_PER_MINUTE", 1200)
# smtp://, smtp+starttls:// or smtps://; without a server the login page offers no link to a new password.
MAIL = urlsplit(os.environ.get("GRILSE_SMTP_URL", ""))
EMAIL_HOST = MAIL.hostname or ""
EMAIL_PORT = MAIL.port or {"smtps": 465, "smtp+starttls": 587}.get(MAIL.scheme, 25)
EMAIL_HOST_USER = unquote(MAIL.username or "")
EMAIL_HOST_PASSWORD = unquote(MAIL.password or "")
EMAIL_USE_SSL = MAIL.scheme == "smtps"
EMAIL_USE_TLS = MAIL.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 10
# Of e-mails that no request sends, such as findings.
MAIL_LANGUAGE = parse_language(os.environ.get("GRILSE_LANGUAGE") or "en")
DEFAULT_FROM_EMAIL = os.environ.get("GRILSE_MAIL_FROM") or f"grilse@{EMAIL_HOST or 'localhost'}"
# Private networks that webhooks may call, such as that of a control centre.
WEBHOOK_NETWORKS = parse_networks(os.environ.get("GRILSE_WEBHOOK_NETWORKS", ""))
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# A page with all components of pages, for tests.
SHOW_COMPONENTS = os.environ.get("GRILSE_SHOW_COMPONENTS") == "1"
# Declared queries run as a member of the largest company; reports are stored in the installation's home.
PROOF = {
    "enter": "grilse.access.largest_company.open_largest_company",
    "folder": lambda: home.make_folder("proofs"),
    "distributions": ("grilse",),
    "source": Path(__file__).parents[1],
    "owner": "owner",
    "server": "grilse.postgres.disposable_server.run_disposable_server",
    "before_release": Path(__file__).parents[1] / "before_release.toml",
    # Planner statistics of these columns stay out of files that are passed on.
    "secret": (
        *("auth_user.password", "django_session.session_data", "farm_apikey.digest", "farm_keptanswer.body"),
        *("people_journalentry.title", "people_journalentry.body", "people_journalentry.tags"),
        *("people_keptversion.content", "attention_webhook.secret"),
    ),
}
# A worker that starts within a week runs the weekly tasks that it missed.
PROCRASTINATE_PERIODIC_DEFAULTS = {"max_delay": 7 * 24 * 60 * 60}
