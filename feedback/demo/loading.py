"""Bringing the demo back.

What it made before goes, and with it the site's rules and bounds and the counts of its usual supplies; all else stays.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from bookings.models import Booking, BookingGroup
from feedback.demo.assigning import bring_back_needs
from feedback.demo.crowd import forget_series_and_closures
from feedback.demo.duty import bring_back_roster
from feedback.demo.house_rules import bring_back_rules, bring_back_screens, bring_back_webhook
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
from feedback.demo.tablets import bring_back_tablet
from feedback.demo.training import bring_back_training
from staff.models import Notice
from staff.services.patterns import add_usual_patterns


@dataclass(frozen=True)
class Loaded:
    bookings: int
    # The addresses of new screens by their names, never to be had again.
    screens: dict[str, str]


@transaction.atomic
def load_demo(*, now: datetime) -> Loaded:
    """A failure half-way leaves the old demo as it was."""
    forget_bookings()
    site = bring_back_site()
    rooms = bring_back_rooms(site)
    people = bring_back_people(site)
    bring_back_tablet(site, people, now)
    add_usual_patterns(site=site)
    bring_back_shifts(site, people, now)
    bring_back_roster(site, people, now)
    bring_back_stock(site, people, now)
    bring_back_needs(site, people, now)
    bring_back_training(site, people, now)
    bring_back_rules(site, rooms, people, now)
    bring_back_webhook(site, people["admin"], now)
    screens = bring_back_screens(site, rooms, people["secretary"], now)
    stage = Stage(people, now)
    stage.play(acts_of(Programme(stage, site, rooms)))
    return Loaded(demo_bookings().count(), screens)


def demo_bookings():
    return Booking.objects.filter(site__code=SITE_CODE, external_id__startswith="demo:")


def forget_bookings() -> None:
    refs = set(demo_bookings().values_list("ref", flat=True))
    series = set(demo_bookings().exclude(series=None).values_list("series__ref", flat=True))
    groups = set(demo_bookings().exclude(group=None).values_list("group_id", flat=True))
    Notice.objects.filter(params__ref__in=refs | series).delete()
    Notice.objects.filter(code="supply_low", recipient__site__code=SITE_CODE).delete()
    demo_bookings().delete()
    # Dates added since by hand.
    Booking.objects.filter(series__ref__in=series).delete()
    BookingGroup.objects.filter(pk__in=groups).delete()
    forget_series_and_closures(series)
