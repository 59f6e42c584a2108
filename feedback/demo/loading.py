"""Bringing the demo back: what it made before goes, everything else stays."""

from datetime import datetime

from django.db import transaction

from bookings.models import Booking
from feedback.demo.meetings import acts_of
from feedback.demo.organisation import (
    SITE_CODE,
    bring_back_people,
    bring_back_rooms,
    bring_back_shifts,
    bring_back_site,
    bring_back_stock,
)
from feedback.demo.programme import Programme
from feedback.demo.stage import Stage
from staff.models import Notice


@transaction.atomic
def load_demo(*, now: datetime) -> int:
    """The number of bookings made. A failure half-way leaves the old demo as it was."""
    forget_bookings()
    site = bring_back_site()
    rooms = bring_back_rooms(site)
    people = bring_back_people(site)
    bring_back_shifts(site, people, now)
    bring_back_stock(site, people, now)
    stage = Stage(people, now)
    stage.play(acts_of(Programme(stage, site, rooms)))
    return demo_bookings().count()


def demo_bookings():
    return Booking.objects.filter(site__code=SITE_CODE, external_id__startswith="demo:")


def forget_bookings() -> None:
    refs = list(demo_bookings().values_list("ref", flat=True))
    Notice.objects.filter(params__ref__in=refs).delete()
    Notice.objects.filter(code="supply_low", recipient__site__code=SITE_CODE).delete()
    demo_bookings().delete()
