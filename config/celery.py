"""The Celery application: transport and pulses only; every rule lives in a service."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import beat_init, celeryd_init, worker_init
from django.conf import settings

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("huiwu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def start_embedded(**_kwargs: Any) -> None:
    embedded.start_all(settings)


@celeryd_init.connect
def allow_trying_as_root(**_kwargs: Any) -> None:
    # As in a container; in production the warning stands.
    if settings.DEBUG:
        warnings.simplefilter("ignore", SecurityWarning)
