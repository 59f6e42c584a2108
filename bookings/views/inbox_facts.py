"""Everything a decision needs, beside the request itself: what the right-hand columns of the inbox show."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from bookings.common_reasons import common_reasons
from bookings.deciders import deciders_at
from bookings.drawing import Mine, strip
from bookings.forms import OfferForm, ReasonForm, TextForm
from bookings.instead_words import prices_of
from bookings.messages import BOOKING_MESSAGES, EXCEPTION_TEXTS
from bookings.models import Booking, Occupancy
from bookings.selectors import (
    alternatives_for,
    competing_with,
    conflicts_of,
    place_in_line,
    remarks_on,
    room_day,
    rooms_of_request,
    title_for,
)
from bookings.selectors.history import earlier_meetings, no_shows_of
from bookings.selectors.sharing import holdings_at, pool_fits, span_of
from bookings.selectors.stock import supply_needs, wanted_uses
from bookings.services import open_offer_of
from bookings.services.occupancy import wanted_by
from bookings.transitions import Verb, is_allowed
from rooms.equipment import shared_codes
from rooms.models import RoomLayout
from staff.models import User


def age_in_words(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = hours // 24
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def day_of(booking: Booking) -> date:
    return booking.start_at.astimezone(booking.site.zone).date()


def _drawing(booking: Booking, user: User, now: datetime) -> SafeString:
    day = room_day(room=booking.room, on=day_of(booking), user=user, now=now)
    mine = Mine(booking.start_at, booking.end_at, booking.setup_minutes, booking.teardown_minutes)
    return strip(day, mine=mine, scale=True)


def request_facts(booking: Booking, user: User, now: datetime) -> dict[str, Any]:
    layouts = {each.layout: each for each in RoomLayout.objects.filter(room=booking.room_id)}
    capacity = layouts[booking.layout].capacity if booking.layout in layouts else 0
    # One instance, so that what was read of the site is read once.
    booking.room.site = booking.site
    return {
        "booking": booking,
        "together": rooms_of_request(booking, user),
        "zone": booking.site.zone,
        "on": day_of(booking),
        "capacity": capacity,
        "is_over_capacity": booking.headcount > capacity,
        # A series shows these of no date, or of the one looked at, and otherwise.
        "drawing": SimpleLazyObject(lambda: _drawing(booking, user, now)),
        "conflicts": SimpleLazyObject(lambda: _conflicts(booking, user)),
        "losers": SimpleLazyObject(lambda: list(competing_with(booking))),
        "alternatives": SimpleLazyObject(lambda: free_instead(booking, now)),
        "remarks": [BOOKING_MESSAGES[code] for code in remarks_on(booking)],
        "exceptions": [EXCEPTION_TEXTS[code] for code in booking.exceptions if code in EXCEPTION_TEXTS],
        "earlier": earlier_meetings(booking),
        "no_shows": no_shows_of(booking, now),
        "open_offer": open_offer_of(booking),
        "line_number": place_in_line(booking),
        "thread": booking.messages.select_related("author"),
        "may_question": is_allowed(booking.status, Verb.QUESTION),
        "is_late": booking.end_at <= now,
        **_stock_facts(booking, user, now),
        **_who_decides(booking, user),
    }


def _stock_facts(booking: Booking, user: User, now: datetime) -> dict[str, Any]:
    """What it wants of shared equipment and supplies, against what others have and have reserved."""
    codes, uses, span = shared_codes(booking.equipment), wanted_uses(booking), span_of(booking)
    holdings = holdings_at(booking.site_id, [span], exclude=[booking.pk]) if codes or uses else []
    kinds = booking.room.equipment.values_list("kind", flat=True) if codes else ()
    fits = pool_fits(booking.site, codes, span, holdings, kinds=set(kinds), user=user)
    needs = supply_needs(booking, holdings, now)
    return {
        "pool_fits": fits,
        "is_equipment_short": not all(fit.fits for fit in fits),
        "supply_needs": needs,
        "supplies_short": [each for each in needs if each.missing],
    }


def request_forms(booking: Booking, room: int | None = None) -> dict[str, Any]:
    """`room` is one that an address offers, such as that of an incident in the booked one."""
    return {
        "question_form": TextForm(),
        "decline_form": ReasonForm(reasons=common_reasons(booking)),
        "offer_form": offer_form_of(booking, room),
    }


def offer_form_of(booking: Booking, room: int | None = None) -> OfferForm:
    zone = booking.site.zone
    start, end = booking.start_at.astimezone(zone), booking.end_at.astimezone(zone)
    initial = {"room": room or booking.room_id, "on": start.date(), "start": start.time(), "end": end.time()}
    return OfferForm(site=booking.site, initial=initial)


def _who_decides(booking: Booking, user: User) -> dict[str, Any]:
    deciders = deciders_at([booking.site_id])
    return {
        "may_decide": deciders.may_decide(user, booking),
        "is_own": booking.applicant_id == user.pk,
        "deciders": deciders.of(booking),
    }


def _conflicts(booking: Booking, user: User) -> list[dict[str, Any]]:
    return [_conflict(row, user) for row in conflicts_of(booking).distinct("during")]


def _conflict(row: Occupancy, user: User) -> dict[str, Any]:
    if row.booking:
        words = title_for(user, row.booking)
    elif row.closure:
        words = _("Out of use: %(reason)s") % {"reason": row.closure.reason}
    else:
        words = _("Held for an offer")
    return {"start": row.during.lower, "end": row.during.upper, "words": words, "booking": row.booking}


def free_instead(booking: Booking, now: datetime) -> list[dict[str, Any]]:
    zone = booking.site.zone
    return [
        {
            "room": each.room,
            "on": each.start.astimezone(zone).date(),
            "start": each.start,
            "end": each.end,
            "prices": list(prices_of(each, booking.headcount)),
            "is_same_time": (each.start, each.end) == (booking.start_at, booking.end_at),
        }
        for each in alternatives_for(wanted=wanted_by(booking), now=now)
        # Rooms asked for together stay at one time.
        if not booking.group_id or (each.start, each.end) == (booking.start_at, booking.end_at)
    ]
