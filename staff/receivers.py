"""News from rooms: a new site begins with the usual shifts."""

from typing import Any

from django.dispatch import receiver

from rooms.models import Site
from rooms.signals import site_created
from staff.services.patterns import add_usual_patterns


@receiver(site_created, dispatch_uid="staff.usual_patterns")
def give_usual_patterns(site: Site, **_kwargs: Any) -> None:
    add_usual_patterns(site=site)
