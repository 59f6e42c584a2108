"""Whatever happens to a booking, in any order: the plan stays whole, and what was ticked stays ticked."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from bookings.models import Booking
from checklists.facts import expected_end, facts_of, with_facts
from checklists.models import Reminder, ServicePlan, Step
from checklists.selectors.standards import anchor_items, rules_of
from checklists.services.dispatch import dispatch_due
from checklists.services.plans import plan_booking
from checklists.services.ticks import tick_step
from checklists.wanted import wanted_for_booking
from rooms.selectors import calendar_of
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, change, end, fitting_result, start

LIVE = (Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED)
SERVICES = ("tea", "water", "coffee", "sign_in", "flowers")

EVENTS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 90)),
    st.tuples(st.just("tick"), st.integers(0, 40)),
    st.tuples(st.just("undo"), st.integers(0, 40)),
    st.tuples(st.just("move"), st.integers(-60, 120)),
    st.tuples(st.just("toggle"), st.integers(0, len(SERVICES) - 1)),
    st.tuples(st.just("release"), st.just(0)),
    st.tuples(st.just("approve"), st.just(0)),
    st.tuples(st.just("start"), st.just(0)),
    st.tuples(st.just("extend"), st.integers(1, 60)),
    st.tuples(st.just("end"), st.just(0)),
    st.tuples(st.just("cancel"), st.just(0)),
)


class Story:
    """One booking and the events that befall it; what the state does not allow is passed over."""

    def __init__(self, booking, manager, now):
        self.booking, self.manager, self.now, self.ticked = booking, manager, now, {}

    def tell(self, event, amount):
        self.booking.refresh_from_db()
        getattr(self, event)(amount)
        self.booking.refresh_from_db()

    def change(self, **fields):
        change(self.booking, now=self.now, **fields)

    def wait(self, minutes):
        self.now += minutes * MINUTE
        dispatch_due(now=self.now)
        plan_booking(booking_id=self.booking.pk, now=self.now)

    def tap(self, number, wanted, states):
        steps = list(self.booking.steps.filter(state__in=states).order_by("pk"))
        if not steps:
            return
        step = steps[number % len(steps)]
        outcome = tick_step(
            op=uuid4(),
            step_id=step.pk,
            wanted=wanted,
            result=fitting_result(step) if wanted == "done" else {},
            note="",
            device_at=None,
            actor=self.manager,
            now=self.now,
        )
        if outcome.verdict == "applied":
            self.ticked[step.pk] = wanted

    def tick(self, number):
        self.tap(number, "done", ["open"])

    def undo(self, number):
        self.tap(number, "open", ["done"])

    def move(self, minutes):
        if self.booking.status == "approved":
            delta = timedelta(minutes=minutes)
            self.change(start_at=self.booking.start_at + delta, end_at=self.booking.end_at + delta)

    def toggle(self, number):
        if self.booking.status in {"approved", "running"}:
            self.change(**{SERVICES[number]: not getattr(self.booking, SERVICES[number])})

    def release(self, _):
        if self.booking.status == "approved":
            self.change(status="requested")

    def approve(self, _):
        if self.booking.status == "requested":
            self.change(status="approved")

    def start(self, _):
        if self.booking.status == "approved":
            start(self.booking, now=self.now)

    def extend(self, minutes):
        if self.booking.status == "running":
            self.change(end_at=max(self.booking.end_at, self.now) + minutes * MINUTE)

    def end(self, _):
        if self.booking.status == "running":
            end(self.booking, now=self.now)

    def cancel(self, _):
        if self.booking.status in {"requested", "approved"}:
            self.change(status="cancelled")


def check(story):
    booking = story.booking
    steps = list(Step.objects.filter(booking=booking).select_related("item"))
    open_steps = {step.key: step for step in steps if step.state == "open"}
    assert max(Counter(step.key for step in steps).values()) == 1
    for pk, wanted in story.ticked.items():
        state = Step.objects.get(pk=pk).state
        assert (state == "done") == (wanted == "done")
    waiting = Reminder.objects.filter(step__booking=booking, state="pending")
    if booking.status not in LIVE:
        assert open_steps == {}
        assert not waiting.exists()
        return
    assert not waiting.exclude(step__state="open").exists()
    wanted = fresh(story)
    assert [key for key in open_steps if key not in wanted] == []
    for key, due_at in wanted.items():
        row = next(step for step in steps if step.key == key)
        assert row.state != "withdrawn"
        assert row.state != "open" or row.due_at == due_at
    check_rounds(steps)


def fresh(story):
    """What a planning of the present facts asks for, given the rounds that were done."""
    booking = with_facts(Booking.objects.filter(pk=story.booking.pk)).get()
    plan = ServicePlan.objects.get(booking=booking)
    rules = rules_of(plan.standard)
    wanted = wanted_for_booking(
        rules=rules,
        facts=facts_of(booking, anchor_items(rules)),
        calendar=calendar_of(booking.site),
        expected_end_at=expected_end(booking, plan.planned_at),
        steps=list(booking.steps.select_related("item")),
    )
    over = booking.actual_end_at
    return {
        each.key: each.fields["due_at"]
        for each in wanted
        if over is None or each.phase == "after" or each.fields["due_at"] <= over
    }


def check_rounds(steps):
    """One round of an item is open at most, and two done ones are never closer than one round allows."""
    for code in ("U1", "U2"):
        rounds = [step for step in steps if step.item.code == code]
        assert sum(step.state == "open" for step in rounds) <= 1
        done = sorted(step.done_at for step in rounds if step.state == "done")
        assert all(later - earlier >= 3 * MINUTE for earlier, later in pairwise(done))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=1, max_size=12))
def test_any_sequence_of_events_keeps_the_plan_whole(room_108, applicant, manager, now, events):
    with transaction.atomic():
        booking = factories.make_booking(
            room=room_108, applicant=applicant, start=now + 3 * HOUR, minutes=90, status="approved", tea=True
        )
        plan_booking(booking_id=booking.pk, now=now)
        story = Story(booking, manager, now)
        for event, amount in events:
            story.tell(event, amount)
            check(story)
        # Each example starts from the same rows.
        transaction.set_rollback(True)
