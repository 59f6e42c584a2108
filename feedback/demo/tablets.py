"""The demo's shared tablet, and the PIN with which its people take it."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password

from rooms.models import Site
from staff.models import Pin, PinTries, SharedTablet, User
from staff.permissions import can_have_pin
from staff.services.tablets import enrol_tablet, make_tablet_code

PIN = "2580"
NAME, PLACE = "服务台平板", "1层服务台"


def bring_back_tablet(site: Site, people: dict[str, User], now: datetime) -> None:
    """A tablet for the list, whose key nobody has; public PINs are for a demonstration alone."""
    if not SharedTablet.objects.filter(site=site, name=NAME, revoked_at=None).exists():
        _, code = make_tablet_code(site=site, name=NAME, place=PLACE, actor=people["manager"], now=now)
        enrol_tablet(code=code, now=now)
    if not settings.DEBUG:
        return
    # One hash for all, as with the passwords.
    facts = {"encoded": make_password(PIN), "set_at": now, "expires_at": None, "wrong_at": [], "shut_at": None}
    for person in filter(can_have_pin, people.values()):
        Pin.objects.update_or_create(user=person, defaults=facts)
    PinTries.objects.filter(user__in=people.values()).delete()
