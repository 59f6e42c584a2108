"""The tablet: what one person does now, the rooms of the day, notices, and the person's own day."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bookings.models import Booking
from bookings.permissions import can_run
from bookings.selectors import title_for
from bookings.transitions import Verb, is_allowed
from checklists.permissions import can_hand_over, can_see_habits, can_use_tablet
from checklists.selectors.changes import cards_for
from checklists.selectors.handovers import open_handovers_of
from checklists.selectors.my_day import my_day
from checklists.selectors.rundown import countries_of, need_of, services_of
from checklists.selectors.spot_checks import can_be_checked
from checklists.selectors.tablet import meeting_steps, meetings_today, rooms_today, steps_for
from checklists.selectors.wishes import WISHED_BEFORE, is_served_now, open_call_count
from checklists.unannounced import knows_spot_checks
from checklists.views.common import number_asked
from rooms.dates import format_date
from rooms.equipment import EquipmentWords
from rooms.selectors import day_bounds, site_today
from staff.models import User
from staff.notice_lines import lines_of
from staff.selectors import notices_of

NOTICES_SHOWN = 40
# Of a full day's two thousand meetings; more on request.
ROOMS_SHOWN = 40
EXTENSIONS = (15, 30, 60)


def reader_of(request: HttpRequest) -> User:
    if not can_use_tablet(request.user):
        raise PermissionDenied
    return request.user


def shell(user: User, now: datetime, tab: str) -> dict:
    """What every tab carries: the site's time, and when its data was read and its day ends."""
    on = site_today(user.site, now)
    return {
        "tab": tab,
        "now": now,
        "day_label": format_date(on),
        "zone": user.site.zone,
        "call_count": open_call_count(user),
        "day_until": day_bounds(user.site, on)[1],
        # Of cards nobody has typed into: a template looks long for a name that is missing, and there are many cards.
        "faults": {},
        "typed": defaultdict(str),
        "kept": "",
        "op": "",
        "is_addition": False,
        "is_here": False,
    }


def show(request: HttpRequest, page: str, context: dict) -> HttpResponse:
    """The whole page, or for htmx the fragment it is made of, in the site's time."""
    with timezone.override(context["zone"]):
        response = render(request, f"checklists/{'_' if request.htmx else ''}{page}.html", context)
    # A page that was left open would go on with the list of whoever signed in after its person.
    response["X-Huiwu-Person"] = str(request.user.pk)
    return response


@login_required
@require_GET
def tablet(request: HttpRequest) -> HttpResponse:
    user, now = reader_of(request), timezone.now()
    context = {"changes": cards_for(user, now), "day": steps_for(user, now=now), "handovers": open_handovers_of(user)}
    return show(request, "tablet", shell(user, now, "now") | context)


@login_required
@require_GET
def tablet_rooms(request: HttpRequest) -> HttpResponse:
    """The first meetings, or as many as are unfolded; for htmx also those alone that come `after` so many."""
    user, now = reader_of(request), timezone.now()
    total, after = meetings_today(user, now).count(), number_asked(request, "after") or 0
    until = min(max(number_asked(request, "shown") or 0, after + ROOMS_SHOWN), total)
    first = min(after, total) if request.htmx else 0
    context = {
        "meetings": rooms_today(user, now=now, first=first, until=until),
        "is_rest": first > 0,
        "until": until,
        "next": min(until + ROOMS_SHOWN, total),
        "total": total,
        "more": total - until,
    }
    page = "tablet_rooms_rest" if first else "tablet_rooms"
    return show(request, page, shell(user, now, "rooms") | context)


@login_required
@require_GET
def tablet_notices(request: HttpRequest) -> HttpResponse:
    user, now = reader_of(request), timezone.now()
    lines = lines_of(notices_of(user)[:NOTICES_SHOWN], user)
    return show(request, "tablet_notices", shell(user, now, "notices") | {"lines": lines})


@login_required
@require_GET
def tablet_me(request: HttpRequest) -> HttpResponse:
    user, now = reader_of(request), timezone.now()
    day = my_day(user, now=now)
    context = {"changes": cards_for(user, now), "day": day, "handovers": open_handovers_of(user)}
    context |= {"may_hand_over": can_hand_over(user), "lines": lines_of(day.notices, user)}
    return show(request, "tablet_me", shell(user, now, "me") | context)


@login_required
@require_GET
def tablet_meeting(request: HttpRequest, ref: str) -> HttpResponse:
    user, now = reader_of(request), timezone.now()
    bookings = Booking.objects.visible_to(user).planned().filter(site=user.site).with_everything()
    booking = get_object_or_404(bookings, ref=ref)
    return show(request, "tablet_meeting", shell(user, now, "rooms") | meeting_context(booking, user, now))


def meeting_context(booking: Booking, user: User, now: datetime) -> dict:
    guests = list(booking.guests.all())
    runs = can_run(user, booking)
    return {
        "booking": booking,
        "topic": title_for(user, booking),
        "changes": cards_for(user, now, booking),
        "services": services_of(booking, EquipmentWords()),
        "countries": countries_of(booking, guests),
        "guests": [need_of(guest) for guest in guests] if can_see_habits(user, booking) else [],
        "people": booking.assignments.select_related("user"),
        "phases": meeting_steps(booking, user=user, now=now),
        "can_start": runs and is_allowed(booking.status, Verb.START),
        "can_end": runs and is_allowed(booking.status, Verb.END),
        "extensions": extensions_of(booking) if runs and is_allowed(booking.status, Verb.EXTEND) else [],
        "can_spot_check": knows_spot_checks(user, booking.site_id) and can_be_checked(booking, now),
        "may_ask": is_served_now(booking, now, before=WISHED_BEFORE),
        "is_over_time": booking.status == Booking.Status.RUNNING and now > booking.end_at,
    }


def extensions_of(booking: Booking) -> list[tuple[int, datetime]]:
    return [(minutes, booking.end_at + timedelta(minutes=minutes)) for minutes in EXTENSIONS]
