"""Whatever happens to a booking, in any order: the plan stays whole, and what was ticked stays ticked."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from bookings.models import Booking
from checklists.facts import expected_end, facts_of, with_facts
from checklists.models import Reminder, ServicePlan, Step
from checklists.selectors.changes import net_of
from checklists.selectors.standards import anchor_items, rules_of
from checklists.services.dispatch import dispatch_due
from checklists.services.plans import plan_booking
from checklists.services.ticks import tick_step
from checklists.wanted import rhythm_in, wanted_for_booking
from rooms.selectors import calendar_of
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, change, end, fitting_result, start

LIVE = (Booking.Status.APPROVED, Booking.Status.RUNNING, Booking.Status.ENDED)
SERVICES = ("tea", "water", "coffee", "sign_in", "flowers")

# What may happen to a booking in each state; once it is cancelled only time passes.
CHOICES = {
    "requested": ("approve", "approve", "wait", "cancel"),
    "approved": ("move", "release", "toggle", "tick", "undo", "wait", "start", "start", "cancel"),
    "running": ("tick", "end", "undo", "wait", "toggle", "extend", "tick"),
    "ended": ("tick", "undo", "wait"),
}
NAMES = {name for names in CHOICES.values() for name in names}
# One story with everything in it, however the drawn ones turn out.
EVERYTHING = (
    "move tick toggle release wait approve undo tick start tick wait tick extend toggle wait wait undo tick end "
    "tick undo"
)


class Story:
    """One booking and the events that befall it."""

    def __init__(self, booking, manager, now):
        self.booking, self.manager, self.now, self.ticked, self.happened = booking, manager, now, {}, Counter()

    def tell(self, event, amount):
        self.booking.refresh_from_db()
        getattr(self, event)(amount)
        self.happened[event] += 1
        self.booking.refresh_from_db()

    def change(self, **fields):
        change(self.booking, now=self.now, **fields)

    def wait(self, minutes):
        self.now += (minutes % 90 + 1) * MINUTE
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
            self.ticked[step.pk] = proof_of(step) if wanted == "done" else None
            self.happened[f"applied {wanted}"] += 1

    def tick(self, number):
        self.tap(number, "done", ["open"])

    def undo(self, number):
        self.tap(number, "open", ["done"])

    def move(self, minutes):
        delta = timedelta(minutes=minutes - 60)
        self.change(start_at=self.booking.start_at + delta, end_at=self.booking.end_at + delta)

    def toggle(self, number):
        name = SERVICES[number % len(SERVICES)]
        self.change(**{name: not getattr(self.booking, name)})

    def release(self, _):
        self.change(status="requested")

    def approve(self, _):
        self.change(status="approved")

    def start(self, _):
        start(self.booking, now=self.now)

    def extend(self, minutes):
        self.change(end_at=max(self.booking.end_at, self.now) + (minutes % 60 + 1) * MINUTE)

    def end(self, _):
        end(self.booking, now=self.now)

    def cancel(self, _):
        self.change(status="cancelled")


def proof_of(step):
    """What a tick leaves on its step and no planning may touch."""
    return Step.objects.values("state", "done_at", "done_by", "result", "note", "due_at").get(pk=step.pk)


def check(story):
    booking = story.booking
    steps = list(Step.objects.filter(booking=booking).select_related("item"))
    open_steps = {step.key: step for step in steps if step.state == "open"}
    assert max(Counter(step.key for step in steps).values()) == 1
    for step in steps:
        if step.pk in story.ticked:
            proof = story.ticked[step.pk]
            assert proof_of(step) == proof if proof else step.state != "done"
    check_history(booking, steps)
    waiting = Reminder.objects.filter(step__booking=booking, state="pending")
    if booking.status not in LIVE:
        assert open_steps == {}
        assert not waiting.exists()
        return
    assert not waiting.exclude(step__state="open").exists()
    wanted = fresh(story)
    assert [key for key in open_steps if key not in wanted] == []
    rows = {step.key: step for step in steps}
    assert [key for key in wanted if rows[key].state == "withdrawn"] == []
    for key, row in open_steps.items():
        assert {name: getattr(row, name) for name in wanted[key]} == wanted[key]
        assert row.room_id == booking.room_id
    check_rounds(steps)


def check_history(booking, steps):
    """The differences, one after the other, come to the steps there are; rounds that rolled on are none."""
    revisions = booking.plan.revisions.order_by("pk")
    alive = [step for step in steps if step.state != "withdrawn"]
    assert set(net_of(revisions).added) == {
        step.key for step in alive if step.round == 1 or "rhythm" not in step.details
    }


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
        each.key: dict(each.fields)
        for each in wanted
        if over is None or each.phase == "after" or each.fields["due_at"] <= over
    }


def check_rounds(steps):
    """One round of an item is open at most, one interval after the last; done ones are never one round done twice."""
    for code in ("U1", "U2"):
        rounds = [step for step in steps if step.item.code == code]
        coming = [step for step in rounds if step.state == "open"]
        assert len(coming) <= 1
        done = sorted(step.done_at for step in rounds if step.state == "done")
        for step in coming:
            rhythm = rhythm_in(step)
            assert step.due_at == (max(done[-1], rhythm.anchor_at) + rhythm.every if done else rhythm.first_due_at)
        for step in rounds:
            assert all(later - earlier >= rhythm_in(step).every / 5 for earlier, later in pairwise(done))


@pytest.fixture
def begin(room_108, applicant, manager, now):
    """A new story each time: an approved booking with its plan, at the same moment and under the same number."""

    def begun():
        facts = {"ref": "HW-TEST-PLAN", "minutes": 90, "status": "approved", "tea": True}
        booking = factories.make_booking(room=room_108, applicant=applicant, start=now + 3 * HOUR, **facts)
        plan_booking(booking_id=booking.pk, now=now)
        return Story(booking, manager, now)

    return begun


def test_story_of_every_event_keeps_the_plan_whole(begin):
    story = begin()

    for number, event in enumerate(EVERYTHING.split()):
        story.tell(event, 5 * number)
        check(story)

    assert set(story.happened) == NAMES - {"cancel"} | {"applied done", "applied open"}


@pytest.mark.parametrize("events", ["cancel", "tick release cancel", "tick move release undo cancel"])
def test_story_of_a_cancelled_meeting_leaves_only_what_was_ticked(events, begin):
    story = begin()

    for event in events.split():
        story.tell(event, 30)
        check(story)

    assert story.booking.status == "cancelled"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.tuples(st.integers(0, 89), st.integers(0, 119)), min_size=6, max_size=14))
def test_any_sequence_of_events_keeps_the_plan_whole(begin, events):
    with transaction.atomic():
        story = begin()
        for place, amount in events:
            choices = CHOICES.get(story.booking.status, ("wait",))
            story.tell(choices[place % len(choices)], amount)
            check(story)
        # Each example starts from the same rows.
        transaction.set_rollback(True)
