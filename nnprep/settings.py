"""Every setting, read from the environment. An unset value has a safe embedded default.

A half-configured production refuses to start and names what is missing.
The table of variables stands in README.md.
"""

from __future__ import annotations

import sys
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from nnprep.datafolder import close_database, folder_in, open_data_folder, secret_key_in
from nnprep.environment import Environment

# Zones come from the pinned tzdata alone: a host's older rules must not disagree with the kernel's.
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

TESTING = "pytest" in sys.modules
VERSION = "0.1.0"

# --- what the machine gives -------------------------------------------------------------------------------------

DEBUG = env.yes("DEBUG", default=False)
# Embedded: one person's machine, reached over the loopback address. Naming hosts makes it a production.
PRODUCTION = "ALLOWED_HOSTS" in env.ENVIRON
DATA_DIR = open_data_folder(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set, but ALLOWED_HOSTS is: this is a production. "
            "Set SECRET_KEY to 50 random characters or more and keep it secret."
        )
    SECRET_KEY = secret_key_in(DATA_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
ALLOWED_HOSTS = [host.strip() for host in ALLOWED_HOSTS if host.strip()]
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is empty. Name the hosts this site answers to, or leave the variable out on your own machine."
    )
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG is set, but ALLOWED_HOSTS is too: this is a production, whose error pages would show settings, code and "
        "what people typed to everyone. Unset one of the two."
    )
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must not hold *. Name the hosts this site answers to.")
PORT = env.whole("PORT", default=8000)
BASE_URL = env.str("BASE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
if PRODUCTION and not BASE_URL.startswith("https://"):
    raise ImproperlyConfigured(
        f"BASE_URL is {BASE_URL}, but a production sends e-mails with links: set it to the site's https:// address."
    )
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES < 0:
    raise ImproperlyConfigured(
        f"TRUSTED_PROXIES is {TRUSTED_PROXIES}: set it to the number of proxies in front of this site, 0 for none."
    )

# --- the site ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "mail",
    "quizzes",
    "nnprep",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nnprep.middleware.LoginRequired",
    "nnprep.welcome.WelcomeFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "nnprep.middleware.private_pages",
    "nnprep.middleware.pages_for_refused_methods",
]

ROOT_URLCONF = "nnprep.urls"
WSGI_APPLICATION = "nnprep.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # A room's tags stand in the room: those in quizzes/templatetags know of none.
            "libraries": {
                "browsing": "quizzes.browsing.tags",
                "classroom": "quizzes.classroom.tags",
                "analytics": "quizzes.analytics.tags",
                "reports": "quizzes.reports.tags",
            },
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- where rows live --------------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.database("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'nnprep.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    if _database["NAME"] != ":memory:":
        close_database(Path(_database["NAME"]))
    # An acknowledged answer is a promise: FULL survives a power cut. NORMAL is faster and may lose the last commits.
    _synchronous = env.str("SQLITE_SYNCHRONOUS", default="FULL")
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={_synchronous}; PRAGMA cache_size=-8000;",
    }
    _database["CONN_MAX_AGE"] = 60
else:
    _pool = env.whole("DATABASE_POOL", default=8)
    # Seconds. A server that takes a connection and says nothing is told as one that does not answer.
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 10)
    if _pool:
        from nnprep.pool import PooledConnection

        _database["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": _pool,
            "timeout": 10,
            "connection_class": PooledConnection,
        }
    _database["CONN_MAX_AGE"] = 0
    # A connection that broke while it was idle, as all do when PostgreSQL is started again, is replaced unseen.
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Seconds for which /readyz says what it found: it is open to everyone, and looking costs queries and a write.
READYZ_KEPT_FOR = 0.0 if TESTING else 5.0

REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "nnprep.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# --- the clock --------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "visibility_timeout": 300,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
    }
    if REDIS_URL
    else {"polling_interval": 0.1}
)
CELERY_BEAT_SCHEDULER = "nnprep.clock:Scheduler"
# Plain intervals: every job asks the database what is owed, so a tick may come late, twice or not at all.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "open sessions": {"task": "quizzes.open_sessions", "schedule": 60.0, "options": {"expires": 55}},
    "refresh snapshots": {
        "task": "quizzes.refresh_snapshots",
        "schedule": 300.0,
        "options": {"expires": 280},
    },
    "record forecasts": {"task": "quizzes.record_forecasts", "schedule": 900.0, "options": {"expires": 880}},
    "enqueue e-mails": {"task": "quizzes.enqueue_emails", "schedule": 30.0, "options": {"expires": 25}},
    "enqueue class e-mails": {
        "task": "quizzes.enqueue_class_emails",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "send e-mails": {"task": "quizzes.send_emails", "schedule": 5.0, "options": {"expires": 5}},
    "purge expired": {"task": "quizzes.purge_expired", "schedule": 120.0, "options": {"expires": 115}},
}

# --- who signs in -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotTheAddress"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/today/"
LOGOUT_REDIRECT_URL = "/"

EMAIL_URL = env.str("EMAIL_URL", default="")
if PRODUCTION and not EMAIL_URL:
    raise ImproperlyConfigured(
        "EMAIL_URL is not set, but ALLOWED_HOSTS is: this is a production, which proves addresses by e-mail. "
        "Set EMAIL_URL to the mail server, for example smtp+tls://user:password@mail.example:587."
    )
# What sends e-mails, or puts them away on this machine; EMAIL_FOLDER is where, and None where e-mails are sent.
EMAIL_TRANSPORT = "mail.file_backend.FileBackend"
EMAIL_FOLDER: Path | None = folder_in(DATA_DIR, "emails", before="letters")
if EMAIL_URL:
    _mail = env.mail("EMAIL_URL")
    EMAIL_TRANSPORT = str(_mail.pop("EMAIL_BACKEND"))
    if PRODUCTION and EMAIL_TRANSPORT != "django.core.mail.backends.smtp.EmailBackend":
        raise ImproperlyConfigured(
            "EMAIL_URL names no mail server, but ALLOWED_HOSTS is set: this is a production, whose e-mails must leave "
            "the machine. Example: EMAIL_URL=smtp+tls://user:password@mail.example:587"
        )
    EMAIL_FOLDER = None
    vars().update(_mail)
# E-mails hold links to new passwords. They are shown, without a login, only on one person's own machine: behind a proxy
# every request seems to come from there.
OUTBOX = (
    EMAIL_FOLDER is not None
    and not PRODUCTION
    and not TRUSTED_PROXIES
    and urlsplit(BASE_URL).hostname in {"127.0.0.1", "localhost", "::1"}
)
# Every e-mail is written down in the database first.
EMAIL_BACKEND = "mail.backend.OutboxBackend"
# What e-mails say is asked for when they are sent.
EMAIL_COMPOSER = "quizzes.notifications.actions.composing.Notifications"
# Seconds for each step of the conversation with the mail server: of the clock, and while someone looks on.
EMAIL_TIMEOUT = 10
EMAIL_PATIENCE = 4
EMAIL_LEASE = env.whole("EMAIL_LEASE", default=120)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="nnprep <nnprep@localhost>")

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "set_password": "accounts.forms.SetPasswordForm",
}
# A code can be asked for only where e-mails really leave the machine.
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_URL else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = bool(EMAIL_URL)
ACCOUNT_CHANGE_EMAIL = True
# An open session is not enough to change the address: the password is asked for again.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https://") else "http"
# A class of forty behind one address signs up at once, six classes in an hour, a school's fifteen in a day; more in a
# day from one address is no school. Guessing passwords stays as slow as allauth makes it.
# Join codes are tried ten times in ten minutes by an account: 32^8 codes cannot be gone through.
ACCOUNT_RATE_LIMITS = {
    "signup": "60/m/ip,240/h/ip,600/d/ip",
    "login": "120/m/ip",
    "join": "10/10m/user,120/m/ip",
    # Forms that were sent after the session had ended, kept until their learner is back: a class's, and no flood.
    "keep": "12/10m/key,120/m/ip",
    # Questions answered without an account: a class's six each at once, and no machine that goes through the bank.
    "try": "300/10m/ip,1200/d/ip",
    # What computes is bounded by itself; these bound how often: well above what a person does who tries things quickly.
    "check": "15/10s/user",
    "upload": "15/10s/user",
    "roster": "15/10s/user",
    "print": "10/10s/user",
    "practise": "20/10s/user",
    "analyse": "10/10s/user",
    "search": "60/10s/user",
    "plan": "20/10s/user",
    # Looking for the minutes of a goal works out as many plans as trying ten.
    "goal": "6/m/user",
    # The promise of one's own plan, once an answer or a preference changed it; beyond this Today opens without it.
    "promise": "12/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_SIGNUP_REDIRECT_URL = "/welcome/"
SITE_ID = None

# --- what leaves ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "nnprep" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = TESTING or DEBUG

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "nnprep.views.csrf_failure"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SESSION_ENGINE = "django.contrib.sessions.backends.db"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A class of a thousand may be ticked whole.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.yes("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.whole("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CSRF_TRUSTED_ORIGINS = [BASE_URL]
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what it says of itself -------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "nnprep.logs.JsonFormatter"},
        "line": {"format": "%(asctime)s %(levelname)-7s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", default="json" if PRODUCTION else "line"),
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "django.server": {"level": "WARNING"}},
}
