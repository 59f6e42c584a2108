"""Requests in each other's way: by rule, beyond the bounds, in line, several rooms, a series, a room out of use."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from bookings.models import Booking, Closure, Series
from bookings.recurrence import Every, Rule
from bookings.services import FurtherRoom, cancel_booking, close_room, offer_free_slots, request_rooms
from bookings.services.series import request_series
from feedback.demo.organisation import SITE_CODE
from feedback.demo.programme import DAY, HOUR, MINUTE, Programme
from feedback.demo.stage import Act

CARPET, TERMINAL = "更换地毯", "视频终端升级"
CLOSURE_REASONS = (CARPET, TERMINAL)
WEEKS, SATURDAY = 6, 5
HELPDESK = {"host_department": "会议服务组", "contact_name": "林岚", "contact_phone": "6100"}


def by_rule(plan: Programme) -> Iterator[Act]:
    data = plan.asked(
        title="面试：渠道经理",
        room="201",
        start_at=plan.at(plan.working_day(2), 14),
        minutes=60,
        headcount=4,
        water=True,
    )
    yield plan.ask("demo:by-rule", data)


def exception(plan: Programme) -> Iterator[Act]:
    data = plan.asked(
        title="外宾来访接待",
        room="305",
        start_at=plan.at(plan.working_day(4), 13, 30),
        minutes=210,
        headcount=9,
        tea=True,
        coffee=True,
        fruit=True,
        foreign_countries=("新加坡",),
        exception_reason="来宾下午连续会见三个部门，中途不便换房间。",
        host_department="国际部",
        contact_name="邓华",
        contact_phone="6260",
    )
    yield plan.ask("demo:exception", data)


def in_line(plan: Programme) -> Iterator[Act]:
    """One waits for a slot that is taken; another is being offered the slot that came free."""
    start, other = plan.at(plan.working_day(2), 15), plan.at(plan.working_day(3), 14)
    video = {"room": "208", "equipment": ("screen", "video_conference")}
    taken = plan.asked(title="服务质量月度例会", start_at=start, minutes=90, headcount=10, **video, **HELPDESK)
    wanted = plan.asked(title="渠道伙伴线上沟通会", start_at=start + HOUR, minutes=60, headcount=8, **video)
    yield plan.ask("demo:taken", taken, by="manager")
    yield plan.stage.approve("demo:taken", plan.now - 85 * MINUTE)
    yield plan.stage.request("demo:in-line", wanted, at=plan.now - 55 * MINUTE, by="applicant", submit=True, wait=True)
    given_up = plan.asked(
        title="社区代表座谈", room="101", start_at=other, minutes=90, headcount=10, tea=True, **HELPDESK
    )
    instead = plan.asked(title="媒体采访接待", room="101", start_at=other, minutes=60, headcount=6, tea=True)
    yield plan.ask("demo:given-up", given_up, by="manager")
    yield plan.stage.approve("demo:given-up", plan.now - 75 * MINUTE)
    yield plan.stage.request("demo:slot", instead, at=plan.now - 50 * MINUTE, by="applicant", submit=True, wait=True)
    yield Act(
        plan.now - 20 * MINUTE,
        lambda now: cancel_booking(
            booking_id=plan.stage.booking("demo:given-up").pk,
            reason="代表改期来访",
            actor=plan.stage.people["manager"],
            now=now,
        ),
    )
    yield Act(plan.now - 19 * MINUTE, lambda now: offer_free_slots(now=now))


def several_rooms(plan: Programme) -> Iterator[Act]:
    data = plan.asked(
        title="经销商大会",
        room="301",
        start_at=plan.at(plan.working_day(5), 13, 30),
        minutes=180,
        headcount=36,
        layout="class_room",
        tea=True,
        water=True,
        sign_in=True,
        equipment=("projector", "microphone"),
        microphones=2,
    )
    further = (
        FurtherRoom(plan.rooms["201"], 14, purpose="华东组分组讨论"),
        FurtherRoom(plan.rooms["208"], 12, purpose="华南组分组讨论"),
    )

    def ask(now: datetime) -> None:
        main = request_rooms(data=data, further=further, actor=plan.stage.people["applicant"], now=now)
        _name("demo:rooms", Booking.objects.filter(group=main.group))

    yield Act(plan.asked_at(data.start_at), ask)


def out_of_use(plan: Programme) -> Iterator[Act]:
    """A room closed over a request that waits, and another on a date that a series would have liked."""
    on = plan.working_day(4)
    hit = plan.asked(title="宣传片审片会", room="208", start_at=plan.at(on, 15), minutes=60, headcount=8, water=True)
    yield plan.ask("demo:hit", hit)
    yield _close(plan, "208", (plan.at(on, 13), plan.at(on, 18)), TERMINAL, plan.now - 35 * MINUTE)
    carpet = series_dates(plan)[1]
    yield _close(plan, "205", (plan.at(carpet, 8, 30), plan.at(carpet, 12)), CARPET, plan.now - 4 * HOUR)


def series(plan: Programme) -> Iterator[Act]:
    first = series_dates(plan)[0]
    data = plan.asked(title="市场周例会", room="205", start_at=plan.at(first, 10), minutes=60, headcount=8, tea=True)
    rule = Rule(Every.WEEK, first, weekdays=(first.weekday(),), count=WEEKS)

    def ask(now: datetime) -> None:
        applicant, leaves = plan.stage.people["applicant"], {"leaves_taken": True, "leaves_holidays": True}
        made = request_series(data=data, rule=rule, actor=applicant, now=now, **leaves)
        _name("demo:series", made.bookings)

    yield Act(plan.now - 2 * HOUR, ask)


def series_dates(plan: Programme) -> list[date]:
    """The dates of the weekly meeting on which people work."""
    # Not the Saturday that makes up for a holiday: a week later nobody works.
    first = next(on for ahead in range(3, 10) if (on := plan.working_day(ahead)).weekday() < SATURDAY)
    return [on for week in range(WEEKS) if plan.calendar.is_working(on := first + week * 7 * DAY)]


def forget_series_and_closures(refs: Collection[str]) -> None:
    Series.objects.filter(ref__in=refs).delete()
    Closure.objects.filter(room__site__code=SITE_CODE, reason__in=CLOSURE_REASONS).delete()


def _close(plan: Programme, room: str, span: tuple[datetime, datetime], reason: str, at: datetime) -> Act:
    start, end = span
    facts = {"room_id": plan.rooms[room].pk, "start": start, "end": end, "reason": reason}
    return Act(at, lambda now: close_room(**facts, actor=plan.stage.people["secretary"], now=now))


def _name(key: str, bookings) -> None:
    for number, pk in enumerate(bookings.order_by("pk").values_list("pk", flat=True), 1):
        Booking.objects.filter(pk=pk).update(external_id=f"{key}-{number}")
