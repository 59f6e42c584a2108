"""Rows as ticks leave them, for the tests of figures: no service is involved."""

from datetime import datetime, timedelta
from itertools import count

from django.utils.timezone import now as wall_now

from bookings.models import Booking
from checklists.models import Breach, ServicePlan, ServiceStandard, StandardItem, Step, Wish
from feedback.figures.asking import span_scope
from tests.factories import make_booking

_numbers = count(1)
MINUTE = timedelta(minutes=1)


def make_item(code: str, *, title: str = "", standard: ServiceStandard | None = None) -> StandardItem:
    standard = (
        standard
        or ServiceStandard.objects.get_or_create(
            number=1, defaults={"state": "published", "published_at": wall_now(), "document": {}}
        )[0]
    )
    words = {f"{kind}_{language}": title or code for kind in ("title", "text") for language in LANGUAGES}
    defaults = {"position": next(_numbers), "phase": "during", "roles": ["service_staff"], "rule": {}} | words
    return StandardItem.objects.get_or_create(standard=standard, code=code, defaults=defaults)[0]


LANGUAGES = ("zh_hans", "zh_hant", "en")


def make_step(
    owner, code: str, due: datetime, *, late: float | None = None, by=None, state: str = "", **fields
) -> Step:
    """Done so many minutes after its due time (before it when negative), or else open or in `state`.

    `owner` is a meeting or, for a daily step, a site.
    """
    item = make_item(code)
    number = next(_numbers)
    if isinstance(owner, Booking):
        of = {"booking": owner, "site_id": owner.site_id, "room_id": owner.room_id}
    else:
        of = {"site": owner, "on": due.date()}
    done = {}
    if late is not None:
        done = {"done_at": due + late * MINUTE, "done_by": by}
    facts = {
        "key": f"{code}:{number}:",
        "role": "service_staff",
        "opens_at": due,
        "state": state or ("open" if late is None else "done"),
    }
    return Step.objects.create(**(of | facts | done | {"item": item, "due_at": due} | fields))


def make_meeting(room, applicant, start: datetime, *, minutes: int = 60, ended: datetime | None = None, **fields):
    """Running, or ended at `ended`."""
    facts = {"status": "ended", "actual_end_at": ended} if ended else {"status": "running"}
    return make_booking(
        room=room, applicant=applicant, start=start, minutes=minutes, **(facts | {"actual_start_at": start} | fields)
    )


def make_plan(booking, due: datetime | None, ready: datetime | None) -> ServicePlan:
    standard = make_item("P1").standard
    return ServicePlan.objects.create(
        booking=booking, standard=standard, planned_at=booking.start_at, ready_due_at=due, ready_at=ready
    )


def make_breach(booking, start: datetime, *, until: datetime | None = None, code: str = "U1") -> Breach:
    return Breach.objects.create(
        booking=booking,
        item=make_item(code),
        gap_from=start,
        limit_at=start + 20 * MINUTE,
        gap_until=until,
        recorded_at=start + 20 * MINUTE,
    )


def make_wish(booking, raised: datetime, *, took: float | None = None, by, state: str = "") -> Wish:
    late = None if took is None else took - 3
    step = make_step(booking, "U5", raised + 3 * MINUTE, late=late, by=by, state=state, is_on_demand=True)
    return Wish.objects.create(step=step, kind="water", source="card", raised_at=raised)


def days(site, since, until, now):
    return span_scope(site, since, until, now)
