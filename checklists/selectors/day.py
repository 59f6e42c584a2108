"""The manager's day: figures, what is wrong, a lane for each meeting, daily steps and coverage."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from checklists.models import Step
from checklists.selectors.changes import ChangeCard, unseen_changes
from checklists.selectors.coverage import Coverage, coverage_of
from checklists.selectors.day_alerts import Alert, alerts_of, causes_of
from checklists.selectors.day_lanes import MARKS, Lane, Mark, PhaseProgress, initials_of, lanes_of
from checklists.selectors.meetings import LANES_SHOWN, LateStep, late_steps, meetings_of, page_of
from rooms.models import Site
from rooms.selectors import day_bounds
from staff.models import User

__all__ = ["MARKS", "Coverage", "DayOverview", "Lane", "Mark", "day_overview", "initials_of"]


@dataclass(frozen=True)
class DayOverview:
    on: date
    meetings: int
    ready_on_time: int
    ready_due: int
    late_now: int
    breaches: int
    # The worst of them; `alert_count` tells of all.
    alerts: tuple[Alert, ...]
    alert_count: int
    unseen: tuple[ChangeCard, ...]
    lanes: tuple[Lane, ...]
    daily: PhaseProgress
    coverage: tuple[Coverage, ...]
    page: int
    pages: int

    @property
    def short_hours(self) -> tuple[Coverage, ...]:
        return tuple(each for each in self.coverage if each.is_short)


def day_overview(*, site: Site, on: date, user: User, now: datetime, page: int | None = None) -> DayOverview:
    """The day as `user` may read it, in a number of statements that does not grow with it.

    Figures and alerts are of the whole day, lanes of one page of it; without a number, of the page where `now` is.
    """
    window = day_bounds(site, on)
    meetings = meetings_of(site, window, now)
    number, pages = page_of(meetings, page, now)
    shown = [meeting.pk for meeting in meetings[(number - 1) * LANES_SHOWN : number * LANES_SHOWN]]
    due = [meeting for meeting in meetings if meeting.should_be_ready(now)]
    unseen = unseen_changes(site=site, window=window, user=user, now=now)
    daily, late_daily = daily_of(site, on, now)
    causes = causes_of(meetings, late_daily, unseen, now)
    return DayOverview(
        on=on,
        meetings=len(meetings),
        ready_on_time=sum(meeting.is_ready_on_time for meeting in due),
        ready_due=len(due),
        late_now=sum(len(meeting.late_steps) for meeting in meetings) + daily.late,
        breaches=sum(meeting.breaches for meeting in meetings),
        alerts=alerts_of(causes, user, now),
        alert_count=len(causes),
        unseen=tuple(unseen),
        lanes=lanes_of(shown, user, now),
        daily=daily,
        coverage=coverage_of(site, meetings, window),
        page=number,
        pages=pages,
    )


def daily_of(site: Site, on: date, now: datetime) -> tuple[PhaseProgress, list[LateStep]]:
    """How far the site's own steps of the day are, and those that are late."""
    steps = Step.objects.filter(site=site, on=on)
    late = steps.filter(late_steps(now)).order_by("due_at", "item__position", "pk")
    found = [LateStep(*row) for row in late.values_list("pk", "due_at", "limit_at")]
    counts = steps.exclude(state=Step.State.WITHDRAWN).aggregate(
        done=Count("pk", filter=Q(state__in=Step.SETTLED)), total=Count("pk")
    )
    return PhaseProgress("daily", counts["done"], counts["total"], len(found)), found
