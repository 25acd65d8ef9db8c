"""Settings of the whole project: the environment is read here and nowhere else; the README lists each variable."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from environs import Env, validate

from reputation.admin_look import UNFOLD  # noqa: F401  django-unfold reads it here
from reputation.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env(eager=False)

DATA_DIR: Path = env.path("DATA_DIR", default=BASE_DIR / "var")
DEBUG: bool = env.bool("DEBUG", default=False)
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SECRET_KEY: str = env.str("SECRET_KEY", default="")
ENCRYPTION_KEY: str = env.str("ENCRYPTION_KEY", default="")
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or "", "127.0.0.1", "localhost", "[::1]"]
)
DATABASE_URL: dict[str, object] = env.dj_db_url(
    "DATABASE_URL",
    default=f"sqlite:///{DATA_DIR / 'pushdown.sqlite3'}",
    conn_max_age=60,
    conn_health_checks=True,
)
REDIS_URL: str = env.str("REDIS_URL", default="")
TRUSTED_PROXY: bool = env.bool("TRUSTED_PROXY", default=False)
CHECKS_IN_FLIGHT: int = env.int("CHECKS_IN_FLIGHT", default=20)
RETRY_DELAY: float = env.float("RETRY_DELAY", default=60.0)
PROVIDER_DEADLINE: float = env.float("PROVIDER_DEADLINE", default=30.0)
RAW_DAYS: int = env.int("RAW_DAYS", default=14)
CHECK_DAYS: int = env.int("CHECK_DAYS", default=400)
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="Pushdown <pushdown@localhost>")
ALLOWED_PROVIDER_HOSTS: list[str] = env.list("ALLOWED_PROVIDER_HOSTS", default=[])
TONE_MODEL: str = env.str("TONE_MODEL", default="auto", validate=validate.OneOf(["auto", "off"]))
READ_PAGES: bool = env.bool("READ_PAGES", default=True)
LANGUAGE_MODEL_URL: str = env.str("LANGUAGE_MODEL_URL", default="")
LANGUAGE_MODEL_KEY: str = env.str("LANGUAGE_MODEL_KEY", default="")
LANGUAGE_MODEL_NAME: str = env.str("LANGUAGE_MODEL_NAME", default="")
INDEXNOW_URL: str = env.str("INDEXNOW_URL", default="https://api.indexnow.org/indexnow")
EMAIL_URL: dict[str, object] = env.dj_email_url("EMAIL_URL", default="console:")
env.seal()

SECRET_KEY = SECRET_KEY or secret_key(DATA_DIR)
ENCRYPTION_KEY = ENCRYPTION_KEY or SECRET_KEY
IS_HTTPS = SITE_URL.startswith("https://")
IS_EMBEDDED = not REDIS_URL

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.simple_history",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "simple_history",
    "csp",
    "axes",
    "serp",
    "reputation",
    "content",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "reputation.admin_policy.AdminPolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "reputation.urls"
WSGI_APPLICATION = "reputation.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "reputation" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reputation.shell.shell",
            ],
            "builtins": ["reputation.templatetags.pushdown"],
        },
    }
]

if DATABASE_URL["ENGINE"] == "django.db.backends.sqlite3":
    # Measured: with Django's defaults four writers met "database is locked"; with these none did.
    DATABASE_URL["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000",
    }
DATABASES = {"default": DATABASE_URL}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword")
]
AXES_FAILURE_LIMIT, AXES_COOLOFF_TIME = 8, 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS, AXES_VERBOSE = True, False
AXES_LOCKOUT_TEMPLATE = "locked.html"
LOGIN_URL = LOGOUT_REDIRECT_URL = "login"
LOGIN_REDIRECT_URL = "home"

LANGUAGE_CODE, TIME_ZONE, USE_TZ = "en", "UTC", True
FORMAT_MODULE_PATH = ["reputation.formats"]
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "reputation" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000  # a portfolio has up to 1,000 boxes, and what was merged

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
# Asked over plain HTTP by whatever watches the process.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
CSRF_TRUSTED_ORIGINS, X_FRAME_OPTIONS = [SITE_URL], "DENY"
if TRUSTED_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# A message is only a hint and the row is the truth, so a tick is acknowledged before it runs: with late
# acknowledgement Kombu 5.7 ended a worker whose Redis went away while a tick ran.
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 600, "unacked_restore_limit": 100, "polling_interval": 1}
    if REDIS_URL
    else {"polling_interval": 0.2}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE, CELERY_TASK_IGNORE_RESULT = False, True
CELERY_TASK_TIME_LIMIT, CELERY_WORKER_PREFETCH_MULTIPLIER = 90, 1
CELERY_ACCEPT_CONTENT, CELERY_TASK_SERIALIZER = ["json"], "json"
CELERY_TIMEZONE = "UTC"

# What a web process loads in the background when it starts, by the languages in use.
LOADED_AHEAD = ("reputation.tone.warming.open_readers", "content.warming.load")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
}
vars().update({key: value for key, value in EMAIL_URL.items() if key.startswith("EMAIL_")})
