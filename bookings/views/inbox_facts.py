"""Everything a decision needs, beside the request itself: what the right-hand columns of the inbox show."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from bookings.common_reasons import common_reasons, own_reasons
from bookings.deciders import Deciders
from bookings.drawing import Mine, strip
from bookings.forms import OfferForm, ReasonForm, TextForm
from bookings.instead_words import prices_of
from bookings.messages import BOOKING_MESSAGES, EXCEPTION_TEXTS
from bookings.models import Booking, Occupancy
from bookings.selectors import RoomDay, alternatives_for, remarks_on, rooms_of_request, title_for
from bookings.selectors.free import fitted_rooms
from bookings.selectors.inbox_request import RequestFile, request_file
from bookings.selectors.sharing import pool_fits, span_of
from bookings.services.occupancy import wanted_by
from bookings.transitions import Verb, is_allowed
from rooms.equipment import shared_codes
from rooms.models import Room
from staff.models import User

# Of rooms that are offered instead, what neither the search nor the page looks at.
UNSAID = ("notes", "access", "access_notes", "way", "way_notes", "photo", "floor_plan", "allows_smoking")


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


def _drawing(booking: Booking, day: RoomDay) -> SafeString:
    mine = Mine(booking.start_at, booking.end_at, booking.setup_minutes, booking.teardown_minutes)
    return strip(day, mine=mine, scale=True)


def request_facts(booking: Booking, user: User, now: datetime, deciders: Deciders) -> dict[str, Any]:
    """`booking` comes from the list of the inbox, whose `deciders` these are."""
    reasons = own_reasons(booking)
    # A series shows no alternatives, or those of another date.
    fitted = fitted_rooms(booking.site, booking.layout).defer(*UNSAID) if booking.series_id is None else None
    further = [reasons] if fitted is None else [reasons, fitted]
    file = request_file(booking=booking, on=day_of(booking), user=user, now=now, further=further)
    capacity = file.layouts[booking.layout].capacity if booking.layout in file.layouts else 0
    return {
        "booking": booking,
        "together": rooms_of_request(booking, user),
        "zone": booking.site.zone,
        "on": day_of(booking),
        "capacity": capacity,
        "is_over_capacity": booking.headcount > capacity,
        "drawing": _drawing(booking, file.day),
        "conflicts": [_conflict(row, user) for row in file.conflicts],
        "losers": file.losers,
        # A series shows these of no date, or of the one looked at, and otherwise.
        "alternatives": SimpleLazyObject(lambda: free_instead(booking, now, fitted)),
        "remarks": [BOOKING_MESSAGES[code] for code in remarks_on(booking)],
        "exceptions": [EXCEPTION_TEXTS[code] for code in booking.exceptions if code in EXCEPTION_TEXTS],
        "reasons": common_reasons(booking, reasons),
        "earlier": file.earlier,
        "no_shows": file.no_shows,
        "open_offer": file.open_offer,
        "line_number": file.line_number,
        "thread": file.thread,
        "may_question": is_allowed(booking.status, Verb.QUESTION),
        "is_late": booking.end_at <= now,
        **_stock_facts(booking, user, file),
        "may_decide": deciders.may_decide(user, booking),
        "is_own": booking.applicant_id == user.pk,
        "deciders": deciders.of(booking),
    }


def _stock_facts(booking: Booking, user: User, file: RequestFile) -> dict[str, Any]:
    """What it wants of shared equipment and supplies, against what others have and have reserved."""
    codes = shared_codes(booking.equipment)
    fits = pool_fits(booking.site, codes, span_of(booking), file.holdings, kinds=file.kinds, user=user)
    return {
        "pool_fits": fits,
        "is_equipment_short": not all(fit.fits for fit in fits),
        "supply_needs": file.needs,
        "supplies_short": [each for each in file.needs if each.missing],
    }


def request_forms(
    booking: Booking, reasons: list[tuple[str, str]], rooms: Iterable[Room], room: int | None = None
) -> dict[str, Any]:
    """`room` is one that an address offers, such as that of an incident in the booked one."""
    return {
        "question_form": TextForm(),
        "decline_form": ReasonForm(reasons=reasons),
        "offer_form": offer_form_of(booking, room, rooms),
    }


def offer_form_of(booking: Booking, room: int | None = None, rooms: Iterable[Room] | None = None) -> OfferForm:
    zone = booking.site.zone
    start, end = booking.start_at.astimezone(zone), booking.end_at.astimezone(zone)
    initial = {"room": room or booking.room_id, "on": start.date(), "start": start.time(), "end": end.time()}
    return OfferForm(site=booking.site, initial=initial, rooms=rooms)


def _conflict(row: Occupancy, user: User) -> dict[str, Any]:
    if row.booking:
        words = title_for(user, row.booking)
    elif row.closure:
        words = _("Out of use: %(reason)s") % {"reason": row.closure.reason}
    else:
        words = _("Held for an offer")
    return {"start": row.during.lower, "end": row.during.upper, "words": words, "booking": row.booking}


def free_instead(booking: Booking, now: datetime, fitted: Iterable[Room] | None = None) -> list[dict[str, Any]]:
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
        for each in alternatives_for(wanted=wanted_by(booking), now=now, fitted=fitted)
        # Rooms asked for together stay at one time.
        if not booking.group_id or (each.start, each.end) == (booking.start_at, booking.end_at)
    ]
