"""Settings of the tests: the same engines in a place of their own, fast where speed hides nothing."""

import os

# The development defaults (key, plain http, any host) without what DEBUG does to requests.
os.environ |= {"DEBUG": "on", "HTTPS": "off"}

from config import embedded, settings as base
from config.settings import *  # noqa: F403

DEBUG = False
DATA_DIR = base.DATA_DIR / "test"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")

EMBEDDED_DURABLE = False
if "pg" in base.EMBEDDED:
    DATABASES["default"] |= {"HOST": embedded.database_settings(DATA_DIR)["HOST"]}  # noqa: F405
if "TEST_DATABASE" in os.environ:
    # The source of the test databases is migrated by a command of its own (tests/database.py).
    DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]  # noqa: F405
if "redis" in base.EMBEDDED:
    REDIS_URL = embedded.redis_url(DATA_DIR)
    CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)
CACHES = {"default": base.CACHES["default"] | {"LOCATION": REDIS_URL, "KEY_PREFIX": f"test-{_worker}"}}

# Speed only: argon2 takes 0.2 s for each sign-in.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The clock of many tests stands still, and with it the minute in which calls are counted.
API_CALLS_PER_TOKEN = API_CALLS_PER_ADDRESS = 0
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = base.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# WhiteNoise would look through all static files for each test client.
MIDDLEWARE = [name for name in base.MIDDLEWARE if not name.startswith("whitenoise.")]
