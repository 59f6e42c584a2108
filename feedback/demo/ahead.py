"""Requests and meetings ahead: one in every state worth seeing."""

from collections.abc import Iterator

from bookings.models import Booking
from bookings.services import (
    AgendaData,
    GuestData,
    answer_booking,
    cancel_booking,
    decline_booking,
    offer_alternative,
    question_booking,
)
from feedback.demo.programme import CLEANER, DAY, HOUR, MINUTE, SERVER, TECHNICIAN, Programme
from feedback.demo.stage import Act


def waiting(plan: Programme) -> Iterator[Act]:
    data = plan.asked(
        title="安全生产培训",
        kind=Booking.Kind.TRAINING,
        room="301",
        start_at=plan.at(plan.working_day(1), 9),
        minutes=180,
        headcount=38,
        layout="class_room",
        water=True,
        stationery=True,
        materials=True,
        sign_in=True,
        equipment=("projector", "microphone", "sound", "TROLLEY"),
        microphones=2,
        host_department="安全部",
        contact_name="马军",
        contact_phone="6270",
    )
    yield plan.ask("demo:waiting", data)


def competing(plan: Programme) -> Iterator[Act]:
    on = plan.working_day(1)
    first = plan.asked(
        title="季度会",
        room="108",
        start_at=plan.at(on, 14),
        minutes=120,
        headcount=24,
        layout="u_shape",
        tea=True,
        name_plates=12,
        # Another meeting still has the only one when this one ends.
        equipment=("projector", "TROLLEY"),
        guests=(GuestData(name="Mme Laurent", ash_tray="left", country="法国"),),
    )
    second = plan.asked(
        title="合同谈判",
        kind=Booking.Kind.NEGOTIATION,
        room="108",
        start_at=plan.at(on, 14, 30),
        minutes=60,
        headcount=10,
        layout="board_room",
        coffee=True,
        host_department="法务部",
        contact_name="罗琳",
        contact_phone="6280",
    )
    yield plan.ask("demo:competing-1", first)
    yield plan.ask("demo:competing-2", second, by="manager")


def questioned(plan: Programme) -> Iterator[Act]:
    key = "demo:questioned"
    data = plan.asked(
        title="客户答谢会",
        kind=Booking.Kind.CEREMONY,
        room="HALL-A",
        start_at=plan.at(plan.working_day(3), 15),
        minutes=120,
        headcount=50,
        layout="banquet",
        flowers=True,
        fruit=True,
    )
    text = "请问是否需要摆放国旗？宾客名单确定了吗？"
    yield plan.ask(key, data)
    yield Act(
        plan.now - HOUR,
        lambda now: question_booking(
            booking_id=plan.stage.booking(key).pk, text=text, actor=plan.stage.people["secretary"], now=now
        ),
    )


def offered(plan: Programme) -> Iterator[Act]:
    key, start = "demo:offered", plan.at(plan.working_day(2), 10)
    data = plan.asked(title="产品评审会", room="201", start_at=start, minutes=90, headcount=14, tea=True)
    yield plan.ask(key, data)
    yield Act(
        plan.now - HOUR,
        lambda now: offer_alternative(
            booking_id=plan.stage.booking(key).pk,
            room_id=plan.rooms["208"].pk,
            start=start,
            end=start + 90 * MINUTE,
            actor=plan.stage.people["secretary"],
            now=now,
        ),
    )


def settled(plan: Programme) -> Iterator[Act]:
    start = plan.at(plan.working_day(4), 10)
    declined = plan.asked(title="社团活动", room="AUD", start_at=start, minutes=120, headcount=120)
    cancelled = plan.asked(title="外部参观接待", room="101", start_at=start, minutes=60, headcount=8, tea=True)
    secretary, applicant = plan.stage.people["secretary"], plan.stage.people["applicant"]
    yield plan.ask("demo:declined", declined)
    yield Act(
        plan.now - 90 * MINUTE,
        lambda now: decline_booking(
            booking_id=plan.stage.booking("demo:declined").pk,
            reason="礼堂当天检修音响，建议改到下周。",
            actor=secretary,
            now=now,
        ),
    )
    yield plan.ask("demo:cancelled", cancelled)
    yield plan.stage.approve("demo:cancelled", plan.now - 80 * MINUTE)
    yield Act(
        plan.now - 40 * MINUTE,
        lambda now: cancel_booking(
            booking_id=plan.stage.booking("demo:cancelled").pk, reason="来宾行程有变", actor=applicant, now=now
        ),
    )


def tomorrow(plan: Programme) -> Iterator[Act]:
    key, on = "demo:tomorrow", plan.working_day(1)
    start = plan.at(on, 9, 30)
    data = plan.asked(
        title="中法合作签约仪式",
        kind=Booking.Kind.CEREMONY,
        room="AUD",
        start_at=start,
        minutes=120,
        headcount=180,
        layout="theatre",
        tea=True,
        water=True,
        flowers=True,
        flags=("中国", "法国"),
        name_plates=20,
        sign_in=True,
        materials=True,
        foreign_countries=("法国",),
        equipment=("projector", "screen", "microphone", "sound", "recording"),
        microphones=6,
        guests=(GuestData(name="Ambassadeur Moreau", tea="none", drink="黑咖啡", seat="主席台左三", country="法国"),),
        agenda=(
            AgendaData("致辞", start, start + 40 * MINUTE),
            AgendaData("签约", start + 40 * MINUTE, start + 70 * MINUTE),
            AgendaData("合影", start + 70 * MINUTE, start + 90 * MINUTE),
        ),
        host_department="国际部",
        contact_name="邓华",
        contact_phone="6260",
    )
    crew = (
        ("staff1", SERVER),
        ("staff2", SERVER),
        ("staff3", SERVER),
        ("technician", TECHNICIAN),
        ("cleaner", CLEANER),
    )
    yield plan.ask(key, data)
    yield plan.stage.approve(key, plan.now - 100 * MINUTE, *crew)
    answered = plan.asked(
        title="财务月结会",
        room="205",
        start_at=plan.at(on, 16),
        minutes=60,
        headcount=8,
        tea=True,
        equipment=("TROLLEY",),
    )
    yield plan.ask("demo:tomorrow-2", answered)
    yield Act(
        plan.now - 95 * MINUTE,
        lambda now: question_booking(
            booking_id=plan.stage.booking("demo:tomorrow-2").pk,
            text="需要投影吗？205 只有屏幕。",
            actor=plan.stage.people["secretary"],
            now=now,
        ),
    )
    yield Act(
        plan.now - 90 * MINUTE,
        lambda now: answer_booking(
            booking_id=plan.stage.booking("demo:tomorrow-2").pk,
            text="不需要，用屏幕即可。",
            actor=plan.stage.people["applicant"],
            now=now,
        ),
    )
    yield plan.stage.approve("demo:tomorrow-2", plan.now - 85 * MINUTE, ("staff4", SERVER))


def next_week(plan: Programme) -> Iterator[Act]:
    data = plan.asked(
        title="年度工作会议",
        kind=Booking.Kind.DECISION,
        room="HALL",
        start_at=plan.at(plan.working_day(6), 14),
        minutes=180,
        headcount=110,
        layout="class_room",
        tea=True,
        water=True,
        name_plates=30,
        stationery=True,
        equipment=("projector", "microphone", "sound"),
        microphones=6,
    )
    yield plan.ask("demo:next-week", data)
    yield plan.stage.approve("demo:next-week", plan.now - 70 * MINUTE)


def weekend(plan: Programme) -> Iterator[Act]:
    on = plan.today + DAY
    while plan.calendar.is_working(on):
        on += DAY
    data = plan.asked(
        title="董事会临时会议",
        kind=Booking.Kind.DECISION,
        room="101",
        start_at=plan.at(on, 10),
        minutes=120,
        headcount=10,
        tea=True,
        equipment=("PROJ",),
        host_department="董事会办公室",
        contact_name="蒋文",
        contact_phone="6002",
    )
    yield plan.ask("demo:weekend", data)
    yield plan.stage.approve("demo:weekend", plan.now - 60 * MINUTE, ("staff6", SERVER))


def draft(plan: Programme) -> Iterator[Act]:
    start = plan.at(plan.working_day(5), 9, 30)
    data = plan.asked(title="团队建设讨论", room="205", start_at=start, minutes=60, headcount=6)
    yield plan.ask("demo:draft", data, submit=False)
