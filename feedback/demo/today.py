"""Meetings around the present: running, in half an hour, just over, days ago."""

from collections.abc import Iterator

from bookings.models import Booking
from bookings.services import (
    AgendaData,
    GuestData,
)
from feedback.demo.programme import CLEANER, HOUR, MINUTE, SERVER, TECHNICIAN, Programme
from feedback.demo.stage import Act

# Item ids a busy crew has not come to yet, so that something is late on every page that shows it.
LEFT_BEHIND = frozenset({"A2", "A3", "A5", "A6", "A8"})


def running(plan: Programme) -> Iterator[Act]:
    key, start = "demo:running", plan.present - 20 * MINUTE
    data = plan.asked(
        title="三季度经营分析会",
        purpose="各部门汇报三季度经营情况，讨论四季度安排。",
        kind=Booking.Kind.DECISION,
        room="108",
        start_at=start,
        minutes=120,
        headcount=24,
        layout="u_shape",
        tea=True,
        water=True,
        name_plates=12,
        stationery=True,
        equipment=("projector", "screen", "microphone", "sound"),
        microphones=4,
        curtains="shut",
        temperature=23,
        guests=(
            GuestData(name="杜邦先生", ash_tray="left", tea="weak", seat="主宾位", country="法国"),
            GuestData(name="周副市长", tea="strong", diet="不吃辣", seat="主宾右一"),
        ),
        agenda=(
            AgendaData("经营情况汇报", start, start + 60 * MINUTE),
            AgendaData("四季度安排", start + 60 * MINUTE, start + 120 * MINUTE),
        ),
    )
    yield plan.ask(key, data)
    crew = (("staff1", SERVER), ("staff2", SERVER), ("technician", TECHNICIAN), ("cleaner", CLEANER))
    yield plan.stage.approve(key, plan.asked_at(start) + HOUR, *crew)
    yield from plan.stage.work(key, plan.before(start))
    yield plan.stage.start(key, start + MINUTE)
    # The first round was on time; the next one falls due within minutes.
    yield from plan.stage.work(key, [start + 9 * MINUTE])


def soon(plan: Programme) -> Iterator[Act]:
    key, start = "demo:soon", plan.present + 35 * MINUTE
    data = plan.asked(
        title="供应商技术交流",
        room="201",
        start_at=start,
        minutes=90,
        headcount=12,
        tea=True,
        coffee=True,
        water=True,
        equipment=("projector", "microphone"),
        microphones=2,
        foreign_countries=("德国",),
        host_department="采购部",
        contact_name="黄磊",
        contact_phone="6230",
    )
    yield plan.ask(key, data)
    yield plan.stage.approve(key, plan.asked_at(start) + HOUR, ("staff3", SERVER), ("technician", TECHNICIAN))
    yield from plan.stage.work(key, plan.before(start)[:-2], leave=frozenset({"P7", "P9"}))


def just_ended(plan: Programme) -> Iterator[Act]:
    key, start = "demo:ended", plan.present - 150 * MINUTE
    data = plan.asked(
        title="新员工座谈会",
        kind=Booking.Kind.EXCHANGE,
        room="301",
        start_at=start,
        minutes=100,
        headcount=28,
        layout="u_shape",
        tea=True,
        water=True,
        fruit=True,
        equipment=("projector",),
        host_department="人力资源部",
        contact_name="徐丽",
        contact_phone="6240",
    )
    yield plan.ask(key, data)
    yield plan.stage.approve(key, plan.asked_at(start) + HOUR, ("staff4", SERVER), ("technician", TECHNICIAN))
    yield from plan.stage.work(key, plan.before(start))
    yield plan.stage.start(key, start + 2 * MINUTE, by="staff4")
    # One round came late: a gap that stays on record.
    rounds = [start + minutes * MINUTE for minutes in (5, 20, 34, 60, 75, 90)]
    yield from plan.stage.work(key, rounds)
    yield plan.stage.end(key, start + 105 * MINUTE, by="staff4")
    yield from plan.stage.work(key, [start + 130 * MINUTE], leave=LEFT_BEHIND)


def answered(plan: Programme) -> Iterator[Act]:
    texts = ("茶水很及时，服务员很细心。", "话筒有一会儿没有声音。", "")
    ratings = ((5, 4, 5, 5, 5), (4, 2, 4, 5, 4), (5, 5, 5, 5, 4))
    for index, (text, given) in enumerate(zip(texts, ratings, strict=True)):
        key, start = f"demo:answered-{index}", plan.at(plan.working_day(-1 - index), 9 + index, 30)
        data = plan.asked(
            title=("部门周会", "预算评审会", "项目启动会")[index],
            room=("205", "208", "201")[index],
            start_at=start,
            minutes=60,
            headcount=8,
            tea=True,
        )
        yield plan.ask(key, data)
        yield plan.stage.approve(key, plan.asked_at(start) + HOUR, ("staff1", SERVER))
        yield from plan.stage.work(key, plan.before(start))
        yield plan.stage.start(key, start)
        yield from plan.stage.work(key, [start + minutes * MINUTE for minutes in (5, 19, 33, 47)])
        yield plan.stage.end(key, start + 58 * MINUTE)
        # Cleared within the half hour, but once a few minutes later.
        yield from plan.stage.work(key, [start + (87, 95, 87)[index] * MINUTE])
        yield plan.answer(key, start + 3 * HOUR, given, text)


def later_today(plan: Programme) -> Iterator[Act]:
    key, start = "demo:private", plan.present + 150 * MINUTE
    data = plan.asked(
        title="人事任免讨论",
        kind=Booking.Kind.DECISION,
        room="305",
        start_at=start,
        minutes=60,
        headcount=6,
        tea=True,
        is_private=True,
        secrecy=Booking.Secrecy.CONFIDENTIAL,
        host_department="组织部",
        contact_name="高峰",
        contact_phone="6250",
    )
    yield plan.ask(key, data)
    yield plan.stage.approve(key, plan.asked_at(start) + HOUR, ("staff5", SERVER))
    yield from plan.stage.work(key, plan.before(start))
    key, start = "demo:video", plan.present + 90 * MINUTE
    data = plan.asked(
        title="与香港分公司视频会",
        room="208",
        start_at=start,
        minutes=60,
        headcount=10,
        water=True,
        equipment=("screen", "video_conference", "microphone"),
        microphones=2,
        host_department="国际部",
        contact_name="邓华",
        contact_phone="6260",
    )
    yield plan.ask(key, data)
    yield plan.stage.approve(key, plan.asked_at(start) + HOUR, ("staff6", SERVER), ("technician", TECHNICIAN))
    yield from plan.stage.work(key, plan.before(start))
