"""Settings, read top to bottom. What differs between installations comes from the environment (.env.example)."""

import contextlib
import secrets
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core import env
from scrm_customer import enums, look

try:
    import MySQLdb  # noqa: F401
except ImportError:
    # No compiler was at hand: the pure Python driver stands in, a little slower.
    import pymysql

    pymysql.install_as_MySQLdb()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
PRODUCTION = env.flag("PRODUCTION", False)
TESTING = "pytest" in sys.modules

# --- Secrets ----------------------------------------------------------------------------------------------------------


def _development_key() -> str:
    """A key made once and kept beside the data, so that sessions outlive a restart."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        fresh = DATA_DIR / f"secret_key.{secrets.token_hex(8)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        # Of several processes that start together one wins, and nobody reads a file half written.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text()


SECRET_KEY = env.text("SECRET_KEY") if PRODUCTION else env.text("SECRET_KEY", "") or _development_key()
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5):
    raise ImproperlyConfigured("SECRET_KEY is too short or too plain: use 50 random characters or more.")

# What WeCom apps' secrets are sealed with (wecom/secrets.py): the first seals, all open. And SECRET_KEYs of before.
SEALING_KEYS, SECRET_KEY_FALLBACKS = (env.words(name, shortest=32) for name in ("SEALING_KEYS", "SECRET_KEY_FALLBACKS"))

# --- What is installed ------------------------------------------------------------------------------------------------

DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") if PRODUCTION else env.words("ALLOWED_HOSTS", "*")
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the host names of this service, separated by commas.")

INSTALLED_APPS = [
    "scrm_customer",
    "core",
    "messaging",
    "corps",
    "tags",
    "customers",
    "followups",
    "groups",
    "segments",
    "insights",
    "wecom",
    # The theme without its own site: scrm_customer/site.py is the console's.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "scrm_customer.apps.ConsoleConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "core.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    # From here on it is the console's: a request to the API pays for no session, cookie or second factor.
    "core.middleware.ApiShortcut",
    "django.middleware.locale.LocaleMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "corps.middleware.ConsoleLocale",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "corps.middleware.ConsolePolicy",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "scrm_customer.urls"
WSGI_APPLICATION = "scrm_customer.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------------

DATABASE_URL = env.url(
    "DATABASE_URL", "" if PRODUCTION else f"sqlite:///{DATA_DIR / 'scrm.sqlite3'}", schemes=["mysql", "sqlite"]
)
if not DATABASE_URL:
    raise ImproperlyConfigured("Set DATABASE_URL, for example mysql://scrm:password@db:3306/scrm.")
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
_db = DATABASES["default"]
if _db["ENGINE"].endswith("mysql"):
    _db |= {"ENGINE": "core.mysql", "CONN_MAX_AGE": env.number("DB_CONN_MAX_AGE", 600), "CONN_HEALTH_CHECKS": True}
    # unicode_520 exists on MySQL 8 and MariaDB alike and tells emoji apart. Timeouts turn a hung server into a 503.
    _db["OPTIONS"] = {
        "charset": "utf8mb4",
        "isolation_level": "read committed",
        "connect_timeout": 2,
        "read_timeout": env.number("DB_READ_TIMEOUT", 30, least=1),
        # A plan for thirty subqueries (a condition of a segment) would else be thought about for minutes.
        "init_command": "SET SESSION innodb_lock_wait_timeout = 5, SESSION optimizer_search_depth = 5",
    } | _db.get("OPTIONS", {})
    _db["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_520_ci"}
elif _db["ENGINE"].endswith("sqlite3"):
    # The embedded mode's threads share one file: wait for the writer, and take the write lock at once in a transaction.
    _db["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
if name := env.text("TEST_DATABASE_NAME", ""):
    _db.setdefault("TEST", {})["NAME"] = name

# --- Cache, broker ----------------------------------------------------------------------------------------------------

REDIS_URL = env.url("REDIS_URL", "", schemes=["redis", "rediss", "unix"])
BROKER_URL = env.url("BROKER_URL", "memory://", schemes=["amqp", "amqps", "memory"])
EMBEDDED_BROKER = BROKER_URL.startswith("memory:")
if PRODUCTION and not REDIS_URL:
    raise ImproperlyConfigured("Set REDIS_URL, for example redis://redis:6379/0: throttles and cache are shared there.")
if PRODUCTION and EMBEDDED_BROKER:
    raise ImproperlyConfigured("Set BROKER_URL, for example amqp://scrm:password@rabbitmq:5672/scrm.")

if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": env.text("CACHE_PREFIX", "scrm"),
            "OPTIONS": {
                # A cache that is down or hung is a miss after 100 ms, never an error.
                "IGNORE_EXCEPTIONS": True,
                "SOCKET_CONNECT_TIMEOUT": 0.1,
                "SOCKET_TIMEOUT": 0.1,
            },
        }
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    }

EVENT_EXCHANGE = "scrm.events"
# The queue of this service's consumer; every installation on one broker needs its own.
EVENT_QUEUE = env.text("EVENT_QUEUE", "scrm-customer.events")
# The module that says which handlers read which events.
EVENT_SUBSCRIPTIONS = env.text("EVENT_SUBSCRIPTIONS", "scrm_customer.subscriptions")
CUSTOMER_FILTERS = {"segmentId": "segments.narrowing.in_segment"}  # Parameter of the customer list → who answers it.

# --- Tasks ------------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_DEFAULT_QUEUE = env.text("TASK_QUEUE", "scrm-customer.tasks")
CELERY_TIMEZONE = "UTC"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
# A killed worker's task comes back; late acknowledgement alone would still lose it (docs/decisions/0009).
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_TIME_LIMIT = 120
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: a worker that gives up after an hour's outage has to be started by hand.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05} if EMBEDDED_BROKER else {"confirm_publish": True}
CELERY_BEAT_SCHEDULER = "scrm_customer.beat:LeasedScheduler"
# Each sending is written down at once: a second clock that takes over must know of it.
CELERY_BEAT_SYNC_EVERY = 1
# No results are kept, so none need to be cleaned up.
CELERY_RESULT_EXPIRES = None

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "corps.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
# A second factor for everyone in the console. The embedded demo does without.
OTP_REQUIRED = env.flag("OTP_REQUIRED", PRODUCTION)
OTP_TOTP_ISSUER = "SCRM"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "console/locked.html"
SESSION_COOKIE_AGE = 8 * 3600
# A console left alone asks for the password again.
SESSION_IDLE_AGE = env.number("SESSION_IDLE_AGE", 30 * 60, least=60)
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Tokens of people, issued by the auth service: a key set by URL, or a shared secret (corps/auth_client.py).
AUTH_SERVICE = {
    "ISSUER": env.text("AUTH_ISSUER", ""),
    "AUDIENCE": env.text("AUTH_AUDIENCE", "scrm-customer"),
    "JWKS_URL": env.text("AUTH_JWKS_URL", ""),
    "SHARED_SECRET": env.text("AUTH_SHARED_SECRET", ""),
    "INTROSPECTION_URL": env.text("AUTH_INTROSPECTION_URL", ""),
    "INTROSPECTION_TOKEN": env.text("AUTH_INTROSPECTION_TOKEN", ""),
    "TIMEOUT": 2.0,
}

# The operation service, which is told when an SOP has to stop (docs/sop.md). Without a URL stops are kept, not sent.
OPERATION_SERVICE = {
    "URL": env.url("OPERATION_SERVICE_URL", "", schemes=["http", "https"]),
    "TOKEN": env.text("OPERATION_SERVICE_TOKEN", ""),
    "TIMEOUT": 5.0,
}

# --- Transport security -----------------------------------------------------------------------------------------------

HTTPS = env.flag("HTTPS", PRODUCTION)
SECURE_SSL_REDIRECT = HTTPS
# Probes come over plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Not "no-referrer": browsers then send "Origin: null" with a form, and the CSRF check refuses it.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# Alpine, which the console's theme is built on, evaluates its attributes: 'unsafe-eval' is granted under /admin alone
# (corps/middleware.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- API --------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "corps.authentication.ApiKeyAuthentication",
        "corps.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["corps.permissions.ActAllowed"],
    "DEFAULT_THROTTLE_CLASSES": ["core.throttling.AccountThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["core.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.rendering.OrjsonParser"],
    "DEFAULT_PAGINATION_CLASS": "core.pagination.BoundedPagination",
    "DEFAULT_FILTER_BACKENDS": ["core.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api_errors.handle",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_METADATA_CLASS": None,
    # Times reach the renderer as they are, and leave as core.time.to_wire writes them.
    "DATETIME_FORMAT": None,
    # Whose address is counted: what a caller writes into X-Forwarded-For counts only behind a proxy of ours.
    "NUM_PROXIES": int(env.flag("BEHIND_PROXY", False)),
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_RATE = env.number("API_RATE", 600, least=1)
API_ANONYMOUS_RATE = env.number("API_ANONYMOUS_RATE", 100, least=1)
# Totals are exact up to here, and marked beyond (docs/decisions/0007-totals-and-deep-pages.md).
TOTAL_BOUND = 10_000
TOTAL_BOUND_JOINED = 1_000
OFFSET_BOUND = 200_000
# WeCom's bound for one company (its pages name 3,000, later ones 10,000); the same for groups.
TAG_LIMIT = env.number("TAG_LIMIT", 3_000, least=1)
# How many customers one employee may have in WeCom; who has as many takes over no more.
CUSTOMERS_PER_EMPLOYEE = env.number("CUSTOMERS_PER_EMPLOYEE", 20_000, least=1)
# Bytes of bitmaps that each process holds (docs/decisions/0037-bitmaps.md).
BITMAP_MEMORY = env.number("BITMAP_MEMORY_MB", 256, least=1) * 2**20
SPECTACULAR_SETTINGS = {
    "TITLE": "SCRM customer service",
    "DESCRIPTION": "Customers, tags and follow-ups of a company's WeCom (企业微信). See docs/api.md.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": enums.NAMES,
}

# --- The mirror of WeCom ----------------------------------------------------------------------------------------------

# While Redis is away each process keeps to this part of WeCom's limits (docs/decisions/0023).
WECOM_MOST_PROCESSES = env.number("WECOM_MOST_PROCESSES", 16, least=1)
# A full sync asks a person before more than this share, and more than so many, of a company's rows would end.
SYNC_SAFE_PERCENT = env.number("SYNC_SAFE_PERCENT", 5)
SYNC_SAFE_ROWS = env.number("SYNC_SAFE_ROWS", 50)
# Calls to WeCom that one full sync makes side by side; each needs a database connection. SQLite knows one writer.
SYNC_CALLS_AT_ONCE = env.number("SYNC_CALLS_AT_ONCE", 4 if _db["ENGINE"] == "core.mysql" else 1, least=1)

# --- Language, time, files --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
# Ours, and what the libraries leave in English.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "libraries"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
_STATIC = "whitenoise.storage.CompressedManifest" if PRODUCTION else "django.contrib.staticfiles.storage."
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": f"{_STATIC}StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
UNFOLD = look.UNFOLD

# --- Logs -------------------------------------------------------------------------------------------------------------

ACCESS_LOG = env.flag("ACCESS_LOG", True)
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", among=["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
# Shown as a bearer token to read /health/detail and /metrics, where they are set. Neither page holds personal data.
HEALTH_TOKEN = env.text("HEALTH_TOKEN", "")
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
# Modules with ``parts`` and ``gauges`` of their own for the health page and the metrics.
HEALTH_MODULES = ["wecom.health", "segments.health"]
LOGGING_CONFIG = "core.logs.configure"
LOGGING: dict = {"level": LOG_LEVEL, "json": PRODUCTION}
