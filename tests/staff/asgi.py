"""The product under ASGI on the database of the test that starts it."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"

from django.core.asgi import get_asgi_application
from django.db import connections

application = get_asgi_application()
connections.settings["default"]["NAME"] = os.environ["TEST_DATABASE"]
