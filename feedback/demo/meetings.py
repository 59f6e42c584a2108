"""The demo's meetings, relative to the present: one in every state worth seeing."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bookings.models import Booking
from bookings.services import (
    AgendaData,
    BookingData,
    GuestData,
    answer_booking,
    cancel_booking,
    decline_booking,
    offer_alternative,
    question_booking,
)
from feedback.demo.stage import Act, Stage
from feedback.services import answer_survey
from rooms.models import Room, Site
from rooms.selectors import calendar_of, site_today

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SERVER, TECHNICIAN, CLEANER = "service_staff", "technician", "cleaner"
# Item ids a busy crew has not come to yet, so that something is late on every page that shows it.
LEFT_BEHIND = frozenset({"A2", "A3", "A5", "A6", "A8"})


class Programme:
    """Builds every meeting's acts; `acts()` gives them all."""

    def __init__(self, stage: Stage, site: Site, rooms: dict[str, Room]) -> None:
        self.stage, self.site, self.rooms = stage, site, rooms
        self.now = stage.now
        self.calendar = calendar_of(site)
        self.today = site_today(site, stage.now)
        # The present, on the five minutes: a start nobody would type otherwise looks made up.
        self.present = stage.now.replace(minute=stage.now.minute // 5 * 5, second=0, microsecond=0)

    def acts(self) -> list[Act]:
        parts = (
            self.running(),
            self.soon(),
            self.just_ended(),
            self.answered(),
            self.later_today(),
            self.waiting(),
            self.competing(),
            self.questioned(),
            self.offered(),
            self.settled(),
            self.tomorrow(),
            self.next_week(),
            self.weekend(),
            self.draft(),
        )
        return [act for part in parts for act in part]

    def working_day(self, ahead: int) -> date:
        """The n-th working day after today (before it, when negative)."""
        on = self.today
        for _ in range(abs(ahead)):
            found = self.calendar.next_working_day(on) if ahead > 0 else self.calendar.previous_working_day(on)
            on = found or on + DAY * (1 if ahead > 0 else -1)
        return on

    def at(self, on: date, hour: int, minute: int = 0) -> datetime:
        return self.calendar.at_wall(on, time(hour, minute))

    def asked(self, **facts) -> BookingData:
        """A request's data with the demo's usual host; `room` is a code, `minutes` the length."""
        start, minutes = facts.pop("start_at"), facts.pop("minutes")
        usual = {"host_department": "市场部", "contact_name": "王敏", "contact_phone": "6201"}
        room = self.rooms[facts.pop("room")]
        return BookingData(**(usual | facts), room=room, start_at=start, end_at=start + minutes * MINUTE)

    def asked_at(self, start: datetime) -> datetime:
        """Two working days before, so that no step was due earlier; two hours ago for what lies further ahead."""
        return min(self.calendar.subtract_working(start, 16 * HOUR), self.now - 2 * HOUR)

    def ask(self, key: str, data: BookingData, *, by: str = "applicant", submit: bool = True) -> Act:
        return self.stage.request(key, data, at=self.asked_at(data.start_at), by=by, submit=submit)

    def running(self) -> Iterator[Act]:
        key, start = "demo:running", self.present - 20 * MINUTE
        data = self.asked(
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
        yield self.ask(key, data)
        crew = (("staff1", SERVER), ("staff2", SERVER), ("technician", TECHNICIAN), ("cleaner", CLEANER))
        yield self.stage.approve(key, self.asked_at(start) + HOUR, *crew)
        yield from self.stage.work(key, self.before(start))
        yield self.stage.start(key, start + MINUTE)
        # The first round was on time; the next one falls due within minutes.
        yield from self.stage.work(key, [start + 9 * MINUTE])

    def before(self, start: datetime) -> list[datetime]:
        """When a punctual crew looks at its list before a meeting."""
        half_a_day = self.calendar.subtract_working(start, 4 * HOUR)
        ahead = (120, 60, 30, 10)
        return [half_a_day, *(start - minutes * MINUTE - MINUTE for minutes in ahead)]

    def soon(self) -> Iterator[Act]:
        key, start = "demo:soon", self.present + 35 * MINUTE
        data = self.asked(
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
        yield self.ask(key, data)
        yield self.stage.approve(key, self.asked_at(start) + HOUR, ("staff3", SERVER), ("technician", TECHNICIAN))
        yield from self.stage.work(key, self.before(start)[:-2], leave=frozenset({"P7", "P9"}))

    def just_ended(self) -> Iterator[Act]:
        key, start = "demo:ended", self.present - 150 * MINUTE
        data = self.asked(
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
        yield self.ask(key, data)
        yield self.stage.approve(key, self.asked_at(start) + HOUR, ("staff4", SERVER), ("technician", TECHNICIAN))
        yield from self.stage.work(key, self.before(start))
        yield self.stage.start(key, start + 2 * MINUTE, by="staff4")
        # One round came late: a gap that stays on record.
        rounds = [start + minutes * MINUTE for minutes in (5, 20, 34, 60, 75, 90)]
        yield from self.stage.work(key, rounds)
        yield self.stage.end(key, start + 105 * MINUTE, by="staff4")
        yield from self.stage.work(key, [start + 130 * MINUTE], leave=LEFT_BEHIND)

    def answered(self) -> Iterator[Act]:
        texts = ("茶水很及时，服务员很细心。", "话筒有一会儿没有声音。", "")
        ratings = ((5, 4, 5, 5, 5), (4, 2, 4, 5, 4), (5, 5, 5, 5, 4))
        for index, (text, given) in enumerate(zip(texts, ratings, strict=True)):
            key, start = f"demo:answered-{index}", self.at(self.working_day(-1 - index), 9 + index, 30)
            data = self.asked(
                title=("部门周会", "预算评审会", "项目启动会")[index],
                room=("205", "208", "201")[index],
                start_at=start,
                minutes=60,
                headcount=8,
                tea=True,
            )
            yield self.ask(key, data)
            yield self.stage.approve(key, self.asked_at(start) + HOUR, ("staff1", SERVER))
            yield from self.stage.work(key, self.before(start))
            yield self.stage.start(key, start)
            yield from self.stage.work(key, [start + minutes * MINUTE for minutes in (5, 19, 33, 47)])
            yield self.stage.end(key, start + 58 * MINUTE)
            yield from self.stage.work(key, [start + 80 * MINUTE])
            yield self.answer(key, start + 3 * HOUR, given, text)

    def answer(self, key: str, at: datetime, given: tuple[int, ...], text: str) -> Act:
        ratings = dict(zip(("room", "equipment", "drinks", "manner", "speed"), given, strict=True))

        def do(now: datetime) -> None:
            survey = self.stage.booking(key).survey
            answer_survey(
                survey_id=survey.pk, ratings=ratings, text=text, actor=self.stage.people["applicant"], now=now
            )

        return Act(at, do)

    def later_today(self) -> Iterator[Act]:
        key, start = "demo:private", self.present + 150 * MINUTE
        data = self.asked(
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
        yield self.ask(key, data)
        yield self.stage.approve(key, self.asked_at(start) + HOUR, ("staff5", SERVER))
        yield from self.stage.work(key, self.before(start))
        key, start = "demo:video", self.present + 90 * MINUTE
        data = self.asked(
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
        yield self.ask(key, data)
        yield self.stage.approve(key, self.asked_at(start) + HOUR, ("staff6", SERVER), ("technician", TECHNICIAN))
        yield from self.stage.work(key, self.before(start))

    def waiting(self) -> Iterator[Act]:
        data = self.asked(
            title="安全生产培训",
            kind=Booking.Kind.TRAINING,
            room="301",
            start_at=self.at(self.working_day(1), 9),
            minutes=180,
            headcount=38,
            layout="class_room",
            water=True,
            stationery=True,
            materials=True,
            sign_in=True,
            equipment=("projector", "microphone", "sound"),
            microphones=2,
            host_department="安全部",
            contact_name="马军",
            contact_phone="6270",
        )
        yield self.ask("demo:waiting", data)

    def competing(self) -> Iterator[Act]:
        on = self.working_day(1)
        first = self.asked(
            title="季度会",
            room="108",
            start_at=self.at(on, 14),
            minutes=120,
            headcount=24,
            layout="u_shape",
            tea=True,
            name_plates=12,
            equipment=("projector",),
            guests=(GuestData(name="Mme Laurent", ash_tray="left", country="法国"),),
        )
        second = self.asked(
            title="合同谈判",
            kind=Booking.Kind.NEGOTIATION,
            room="108",
            start_at=self.at(on, 14, 30),
            minutes=60,
            headcount=10,
            layout="board_room",
            coffee=True,
            host_department="法务部",
            contact_name="罗琳",
            contact_phone="6280",
        )
        yield self.ask("demo:competing-1", first)
        yield self.ask("demo:competing-2", second, by="manager")

    def questioned(self) -> Iterator[Act]:
        key = "demo:questioned"
        data = self.asked(
            title="客户答谢会",
            kind=Booking.Kind.CEREMONY,
            room="HALL-A",
            start_at=self.at(self.working_day(3), 15),
            minutes=120,
            headcount=50,
            layout="banquet",
            flowers=True,
            fruit=True,
        )
        text = "请问是否需要摆放国旗？宾客名单确定了吗？"
        yield self.ask(key, data)
        yield Act(
            self.now - HOUR,
            lambda now: question_booking(
                booking_id=self.stage.booking(key).pk, text=text, actor=self.stage.people["secretary"], now=now
            ),
        )

    def offered(self) -> Iterator[Act]:
        key, start = "demo:offered", self.at(self.working_day(2), 10)
        data = self.asked(title="产品评审会", room="201", start_at=start, minutes=90, headcount=14, tea=True)
        yield self.ask(key, data)
        yield Act(
            self.now - HOUR,
            lambda now: offer_alternative(
                booking_id=self.stage.booking(key).pk,
                room_id=self.rooms["208"].pk,
                start=start,
                end=start + 90 * MINUTE,
                actor=self.stage.people["secretary"],
                now=now,
            ),
        )

    def settled(self) -> Iterator[Act]:
        start = self.at(self.working_day(4), 10)
        declined = self.asked(title="社团活动", room="AUD", start_at=start, minutes=120, headcount=120)
        cancelled = self.asked(title="外部参观接待", room="101", start_at=start, minutes=60, headcount=8, tea=True)
        secretary, applicant = self.stage.people["secretary"], self.stage.people["applicant"]
        yield self.ask("demo:declined", declined)
        yield Act(
            self.now - 90 * MINUTE,
            lambda now: decline_booking(
                booking_id=self.stage.booking("demo:declined").pk,
                reason="礼堂当天检修音响，建议改到下周。",
                actor=secretary,
                now=now,
            ),
        )
        yield self.ask("demo:cancelled", cancelled)
        yield self.stage.approve("demo:cancelled", self.now - 80 * MINUTE)
        yield Act(
            self.now - 40 * MINUTE,
            lambda now: cancel_booking(
                booking_id=self.stage.booking("demo:cancelled").pk, reason="来宾行程有变", actor=applicant, now=now
            ),
        )

    def tomorrow(self) -> Iterator[Act]:
        key, on = "demo:tomorrow", self.working_day(1)
        start = self.at(on, 9, 30)
        data = self.asked(
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
            guests=(
                GuestData(name="Ambassadeur Moreau", tea="none", drink="黑咖啡", seat="主席台左三", country="法国"),
            ),
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
        yield self.ask(key, data)
        yield self.stage.approve(key, self.now - 100 * MINUTE, *crew)
        answered = self.asked(
            title="财务月结会", room="205", start_at=self.at(on, 16), minutes=60, headcount=8, tea=True
        )
        yield self.ask("demo:tomorrow-2", answered)
        yield Act(
            self.now - 95 * MINUTE,
            lambda now: question_booking(
                booking_id=self.stage.booking("demo:tomorrow-2").pk,
                text="需要投影吗？205 只有屏幕。",
                actor=self.stage.people["secretary"],
                now=now,
            ),
        )
        yield Act(
            self.now - 90 * MINUTE,
            lambda now: answer_booking(
                booking_id=self.stage.booking("demo:tomorrow-2").pk,
                text="不需要，用屏幕即可。",
                actor=self.stage.people["applicant"],
                now=now,
            ),
        )
        yield self.stage.approve("demo:tomorrow-2", self.now - 85 * MINUTE, ("staff4", SERVER))

    def next_week(self) -> Iterator[Act]:
        data = self.asked(
            title="年度工作会议",
            kind=Booking.Kind.DECISION,
            room="HALL",
            start_at=self.at(self.working_day(6), 14),
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
        yield self.ask("demo:next-week", data)
        yield self.stage.approve("demo:next-week", self.now - 70 * MINUTE)

    def weekend(self) -> Iterator[Act]:
        on = self.today + DAY
        while self.calendar.is_working(on):
            on += DAY
        data = self.asked(
            title="董事会临时会议",
            kind=Booking.Kind.DECISION,
            room="101",
            start_at=self.at(on, 10),
            minutes=120,
            headcount=10,
            tea=True,
            host_department="董事会办公室",
            contact_name="蒋文",
            contact_phone="6002",
        )
        yield self.ask("demo:weekend", data)
        yield self.stage.approve("demo:weekend", self.now - 60 * MINUTE, ("staff6", SERVER))

    def draft(self) -> Iterator[Act]:
        start = self.at(self.working_day(5), 9, 30)
        data = self.asked(title="团队建设讨论", room="205", start_at=start, minutes=60, headcount=6)
        yield self.ask("demo:draft", data, submit=False)
