"""ASGI entry point."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()
embedded.start_all(settings)
