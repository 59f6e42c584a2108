"""Plays meetings through the services on a clock of its own, so that their history looks lived."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bookings.models import Booking
from bookings.services import BookingData, approve_booking, end_meeting, request_booking, start_meeting
from checklists.models import Reminder, Step
from checklists.services import assign_staff, dispatch_due, sweep, tick_step
from feedback.demo.organisation import SITE_CODE
from staff.models import User
from staff.roles import Role

# Who does the steps of a role when nobody in particular is assigned.
HANDS = {
    Role.SERVICE_STAFF.value: "staff1",
    Role.SECRETARY.value: "secretary",
    Role.MANAGER.value: "manager",
    Role.CLEANER.value: "cleaner",
    Role.TECHNICIAN.value: "technician",
    "host": "applicant",
}
# A step is done a little before it is due.
EARLY = timedelta(minutes=2)


@dataclass(frozen=True)
class Act:
    at: datetime
    do: Callable[[datetime], Any]


class Stage:
    def __init__(self, people: dict[str, User], now: datetime) -> None:
        self.people = people
        self.now = now

    def play(self, acts: Iterable[Act]) -> None:
        """Every act at its moment, oldest first; reminders fire in between as they would have."""
        for act in sorted((act for act in acts if act.at <= self.now), key=lambda act: act.at):
            self._remind_until(act.at)
            act.do(act.at)
        self._remind_until(self.now)
        sweep(now=self.now)

    def _remind_until(self, until: datetime) -> None:
        waiting = Reminder.objects.filter(state=Reminder.State.PENDING, due_at__lte=until, step__site__code=SITE_CODE)
        for due_at in waiting.order_by("due_at").values_list("due_at", flat=True).distinct():
            dispatch_due(now=due_at)

    def request(self, key: str, data: BookingData, *, at: datetime, by: str, submit: bool, wait: bool = False) -> Act:
        return Act(at, lambda now: self._request(key, data, self.people[by], now, submit=submit, wait=wait))

    def _request(self, key: str, data: BookingData, actor: User, now: datetime, **how: bool) -> None:
        booking = request_booking(data=data, actor=actor, now=now, **how)
        Booking.objects.filter(pk=booking.pk).update(external_id=key)

    def approve(self, key: str, at: datetime, *crew: tuple[str, str]) -> Act:
        """Approved, and staffed by `crew`: pairs of username and role."""

        def do(now: datetime) -> None:
            booking = approve_booking(booking_id=self.booking(key).pk, actor=self.people["secretary"], now=now)
            for username, role in crew:
                user = self.people[username]
                assign_staff(booking_id=booking.pk, user_id=user.pk, role=role, actor=self.people["secretary"], now=now)

        return Act(at, do)

    def start(self, key: str, at: datetime, by: str = "staff1") -> Act:
        return Act(at, lambda now: start_meeting(booking_id=self.booking(key).pk, actor=self.people[by], now=now))

    def end(self, key: str, at: datetime, by: str = "staff1") -> Act:
        return Act(at, lambda now: end_meeting(booking_id=self.booking(key).pk, actor=self.people[by], now=now))

    def work(self, key: str, times: Iterable[datetime], *, leave: frozenset[str] = frozenset()) -> list[Act]:
        """At each time somebody ticks what is due by then, except the standard items in `leave`."""
        return [Act(at, lambda now: self._tick_due(key, now, leave)) for at in times]

    def _tick_due(self, key: str, now: datetime, leave: frozenset[str]) -> None:
        steps = self.booking(key).steps.filter(state=Step.State.OPEN, due_at__lte=now + EARLY)
        for step in steps.select_related("item", "assignee").exclude(item__code__in=leave):
            tick_step(
                op=uuid.uuid4(),
                step_id=step.pk,
                wanted=Step.State.DONE,
                result=result_for(step),
                note="",
                device_at=now,
                actor=step.assignee or self.people[HANDS[step.role]],
                now=now,
            )

    def booking(self, key: str) -> Booking:
        return Booking.objects.select_related("room", "site").get(site__code=SITE_CODE, external_id=key)


def result_for(step: Step) -> dict[str, Any]:
    """What a careful person would have entered."""
    evidence = step.details.get("evidence", {})
    if evidence.get("kind") == "ok":
        return {"ok": True}
    if evidence.get("kind") == "number":
        return {"value": 23 if evidence.get("unit") == "celsius" else evidence.get("maximum", 1)}
    if evidence.get("kind") == "count":
        return {"value": step.details.get("expected") or 1}
    return {}
