"""Settings, read from the environment (see contract of settings in the README)."""

from pathlib import Path

from csp.constants import NONCE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from config import embedded

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# --- Core ---------------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data"))).resolve()

_missing = [] if DEBUG else [name for name in ("SECRET_KEY", "DATABASE_URL") if not env.str(name, "")]
if _missing:
    raise ImproperlyConfigured(f"DEBUG is off and these settings are missing: {', '.join(_missing)}")

SECRET_KEY = env.str("SECRET_KEY", "") or embedded.development_key(DATA_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["*"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "staff.admin_config.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "ninja",
    "rooms",
    "staff",
    "bookings",
    "checklists",
    "feedback",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "staff.api_tools.ProblemMiddleware",
    "staff.middleware.OwnAnswersMiddleware",
    "staff.outage.OutageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "staff.middleware.LanguageMiddleware",
    "staff.api_limits.RateLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "staff.tablet_middleware.SharedTabletMiddleware",
    "staff.middleware.UserLanguageMiddleware",
    "staff.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "staff.context_processors.shell",
            ],
        },
    },
]

FORM_RENDERER = "rooms.form_renderer.TextRenderer"

# --- Database and Redis -------------------------------------------------------------------------------------------

# What has no address is run here, from DATA_DIR, as long as a process of the project uses it.
EMBEDDED = [name for name, url in (("pg", "DATABASE_URL"), ("redis", "REDIS_URL")) if not env.str(url, "")]
EMBEDDED_DURABLE = True

DATABASES = {
    "default": embedded.database_settings(DATA_DIR) if "pg" in EMBEDDED else env.dj_db_url("DATABASE_URL"),
}
# Threads of gunicorn last, so a connection each does; under ASGI every request has a thread of its own.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", env.int("CONN_MAX_AGE_OF_WSGI", 0))
# One that broke while nobody used it must not fail the next request.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if EMBEDDED:
    DATABASES["default"]["ENGINE"] = "config.postgresql"

REDIS_URL = env.str("REDIS_URL", "") or embedded.redis_url(DATA_DIR)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# --- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "staff.backends.PeopleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# User and address together: an office behind one address is not locked out by one person's typing.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_VERBOSE = False

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "zh-hans")
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "Asia/Shanghai")

# --- Files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Mail ---------------------------------------------------------------------------------------------------------

_mail = env.dj_email_url("EMAIL_URL", "console:")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST")
EMAIL_PORT = _mail.get("EMAIL_PORT")
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "huiwu@localhost")
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{env.int('PORT', 8000)}")

# --- Chat rooms and browsers --------------------------------------------------------------------------------------

# Signs web push: 32 bytes or DER in URL-safe base64. Unset, it follows from SECRET_KEY, and so changes with it.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", "")
# Messages leave for public addresses only; a chat server inside the house is named here, as networks.
CHANNEL_ALLOWED_NETWORKS = env.list("CHANNEL_ALLOWED_NETWORKS", [])

# --- Celery: a pulse and slow work; no rule and no due time lives in the broker -----------------------------------

CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "dispatch-reminders": {"task": "checklists.dispatch_reminders", "schedule": 5.0, "options": {"expires": 5}},
    "deliver-mail": {"task": "staff.deliver_outbox", "schedule": 5.0, "args": ["mail"], "options": {"expires": 5}},
    "deliver-web": {"task": "staff.deliver_outbox", "schedule": 5.0, "args": ["web"], "options": {"expires": 5}},
    "deliver-webhooks": {"task": "bookings.deliver_webhooks", "schedule": 5.0, "options": {"expires": 5}},
    "sweep-plans": {"task": "checklists.sweep_plans", "schedule": 30.0, "options": {"expires": 30}},
    "sweep-training": {"task": "staff.sweep_training", "schedule": 60.0, "options": {"expires": 60}},
    "sweep-feedback": {"task": "feedback.sweep_surveys", "schedule": 60.0, "options": {"expires": 60}},
}

# --- Security -----------------------------------------------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
_https = env.bool("HTTPS", not DEBUG)
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
CSRF_FAILURE_VIEW = "staff.views.accounts.refused_token"
SECURE_SSL_REDIRECT = _https
# A load balancer asks from inside, without https.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Calls of the API in a minute, by token or session and by address; 0 is without limit.
API_CALLS_PER_TOKEN = env.int("API_CALLS_PER_TOKEN", 600)
API_CALLS_PER_ADDRESS = env.int("API_CALLS_PER_ADDRESS", 3000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}

# --- Product ------------------------------------------------------------------------------------------------------

# Past this a reminder no longer helps: it becomes missed and the manager is told.
REMINDER_GRACE_MINUTES = env.int("REMINDER_GRACE_MINUTES", 10)
# What /metrics asks for as a bearer token; without one it answers only to this machine itself.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname:<7} {name}: {message}", "style": "{", "datefmt": "%H:%M:%S"}
    },
    "filters": {
        "one_line": {"()": "config.logs.OneLineWarnings"},
        "hidden_keys": {"()": "config.logs.HiddenKeys"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one_line", "hidden_keys"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # Named, so that Django's own handlers go: each line would come twice.
        "django": {"level": "INFO"},
        "axes": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},
        # Both would write addresses of chat rooms, which contain their key.
        "apprise": {"level": "CRITICAL"},
        "urllib3": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
