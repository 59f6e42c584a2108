"""ASGI entry point."""

import os
import warnings

from django.conf import settings
from django.core.asgi import get_asgi_application

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# WhiteNoise reads files synchronously; here it serves them for one machine only, in production nginx does.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = get_asgi_application()
embedded.start_all(settings)
