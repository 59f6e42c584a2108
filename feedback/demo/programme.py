"""Builds the acts of the demo's meetings on the site's calendar."""

from datetime import date, datetime, time, timedelta

from bookings.services import BookingData
from feedback.demo.stage import Act, Stage
from feedback.services import answer_survey
from rooms.models import Room, Site
from rooms.selectors import calendar_of, site_today

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SERVER, TECHNICIAN, CLEANER = "service_staff", "technician", "cleaner"


class Programme:
    def __init__(self, stage: Stage, site: Site, rooms: dict[str, Room]) -> None:
        self.stage, self.site, self.rooms = stage, site, rooms
        self.now = stage.now
        self.calendar = calendar_of(site)
        self.today = site_today(site, stage.now)
        # The present, on the five minutes: a start nobody would type otherwise looks made up.
        self.present = stage.now.replace(minute=stage.now.minute // 5 * 5, second=0, microsecond=0)

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

    def before(self, start: datetime) -> list[datetime]:
        """When a punctual crew looks at its list before a meeting."""
        half_a_day = self.calendar.subtract_working(start, 4 * HOUR)
        last_day = self.calendar.previous_working_day(self.calendar.local_date(start))
        evening = self.calendar.closes_at(last_day) if last_day else None
        ahead = [start - minutes * MINUTE - MINUTE for minutes in (120, 60, 30, 10)]
        return [half_a_day, *([evening] if evening else []), *ahead]

    def answer(self, key: str, at: datetime, given: tuple[int, ...], text: str) -> Act:
        ratings = dict(zip(("room", "equipment", "drinks", "manner", "speed"), given, strict=True))

        def do(now: datetime) -> None:
            survey = self.stage.booking(key).survey
            answer_survey(
                survey_id=survey.pk, ratings=ratings, text=text, actor=self.stage.people["applicant"], now=now
            )

        return Act(at, do)
