"""WSGI entry point for pages behind gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("CONN_MAX_AGE_OF_WSGI", "60")

application = get_wsgi_application()
embedded.start_all(settings)
