"""The standard worked out for one booking: steps, the ticks that prove them, and breaches."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models import Booking
from checklists.models.standard import ServiceStandard, StandardItem, StepRole
from rooms.models import Room, Site
from staff.models import User


class ServicePlan(models.Model):
    booking = models.OneToOneField(Booking, models.CASCADE, related_name="plan")
    standard = models.ForeignKey(ServiceStandard, models.PROTECT, related_name="plans")
    planned_at = models.DateTimeField()
    # What the last planning knew; the sweep skips a plan whose facts are unchanged.
    facts_digest = models.CharField(max_length=64, blank=True)
    # The room is ready once every step before the meeting is settled; it should be by the last one's due time.
    ready_at = models.DateTimeField(null=True)
    ready_due_at = models.DateTimeField(null=True)
    # Said by the app of feedback, which is above this one; asks for the review of A12.
    has_complaint = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"plan of {self.booking_id}"


class PlanRevision(models.Model):
    """Append-only: the difference one planning made, by step key."""

    plan = models.ForeignKey(ServicePlan, models.CASCADE, related_name="revisions")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What set the planning off: approved, changed, started, extended, ended, released, tick, standard or sweep.
    cause = models.CharField(max_length=20, blank=True)
    added = models.JSONField(default=list)
    moved = models.JSONField(default=list)
    withdrawn = models.JSONField(default=list)
    # Quantities and other details that differ, each with its old and new value.
    changed = models.JSONField(default=list)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"revision of {self.plan_id} at {self.at:%Y-%m-%d %H:%M}"


class Acknowledgement(models.Model):
    """One person's word that a change of the plan was seen; asked of everyone whose steps it touches."""

    revision = models.ForeignKey(PlanRevision, models.CASCADE, related_name="acknowledgements")
    user = models.ForeignKey(User, models.CASCADE, related_name="acknowledgements")
    asked_at = models.DateTimeField()
    # The earliest moment at which the person would do something wrong without knowing.
    matters_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    # When the managers were told that it is still missing.
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("matters_at", "pk")
        constraints = [models.UniqueConstraint(fields=("revision", "user"), name="acknowledgement_once")]
        indexes = [
            models.Index(fields=("matters_at",), condition=Q(acknowledged_at=None), name="acknowledgement_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on revision {self.revision_id}"


class Step(models.Model):
    """One thing to do, by one role, due at one time. Late is computed, never stored."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("step", "Open")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")
        MISSED = "missed", _("Missed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # A step skipped with a reason counts like one done.
    SETTLED = (State.DONE, State.SKIPPED)

    site = models.ForeignKey(Site, models.PROTECT, related_name="steps")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="steps")
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="steps")
    # The site's day of a daily step; a meeting's steps are found by their booking.
    on = models.DateField(null=True)
    item = models.ForeignKey(StandardItem, models.PROTECT, related_name="steps")
    key = models.CharField(max_length=120)
    round = models.PositiveSmallIntegerField(default=0)
    subject = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict)
    role = models.CharField(max_length=20, choices=StepRole)
    helpers = ArrayField(models.CharField(max_length=20, choices=StepRole), default=list)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    # Past this the gap is a breach (rounds only).
    limit_at = models.DateTimeField(null=True)
    # Set off by people (a wish, a note, an incident), not by the standard: planning leaves it alone.
    is_on_demand = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="steps")
    # Taken over by hand: planning and staffing leave the assignee alone.
    is_taken_over = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    result = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_at", "item__position", "pk")
        constraints = [
            models.UniqueConstraint(fields=("booking", "key"), condition=Q(on=None), name="step_key_once"),
            models.UniqueConstraint(
                fields=("site", "on", "key"), condition=Q(booking=None), name="step_daily_key_once"
            ),
            models.CheckConstraint(
                condition=Q(booking__isnull=False, on=None) | Q(booking=None, on__isnull=False), name="step_one_owner"
            ),
            models.CheckConstraint(condition=Q(opens_at__lte=F("due_at")), name="step_opens_before_due"),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_at__isnull=False, done_by__isnull=False),
                name="step_done_by_someone",
            ),
        ]
        indexes = [
            # The tablet and the manager's day: a site's steps by due time.
            models.Index(fields=("site", "due_at"), name="step_by_site_due"),
            # The sweep and escalation: what is open and due.
            models.Index(fields=("due_at",), condition=Q(state="open"), name="step_open_due"),
            # The figures: whole months of steps counted from the index alone.
            models.Index(
                fields=("site", "due_at"),
                include=("state", "done_at", "item", "room", "role", "booking", "assignee", "done_by"),
                name="step_figures",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Tick(models.Model):
    """Append-only: one tap, known for ever by the UUID its device gave it."""

    class Verdict(models.TextChoices):
        APPLIED = "applied", _("Applied")
        # The step was already settled by someone else; kept and shown.
        ADDED = "added", _("Kept as an addition")

    op = models.UUIDField(unique=True)
    step = models.ForeignKey(Step, models.CASCADE, related_name="ticks")
    by = models.ForeignKey(User, models.PROTECT, related_name="ticks")
    received_at = models.DateTimeField()
    # The tablet's clock, kept for display; order is by receipt.
    device_at = models.DateTimeField(null=True)
    # The same corrected by the tablet's distance from the server, where it waited there without a connection.
    tapped_at = models.DateTimeField(null=True)
    wanted = models.CharField(max_length=20, choices=Step.State)
    result = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict)
    # What the first sending was told; a repeat is told the same.
    answer = models.JSONField(default=dict)

    class Meta:
        ordering = ("received_at", "pk")

    def __str__(self) -> str:
        return str(self.op)

    @property
    def at(self) -> datetime:
        """When it was done: what waited on a tablet was done before it came."""
        return self.tapped_at or self.received_at


class StepEvent(models.Model):
    """Append-only: every change of a step's state or person."""

    step = models.ForeignKey(Step, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.verb} {self.step_id}"


class Breach(models.Model):
    """A gap between rounds longer than the standard allows; recorded whether or not anyone ticks later."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="breaches")
    item = models.ForeignKey(StandardItem, models.PROTECT, related_name="+")
    gap_from = models.DateTimeField()
    limit_at = models.DateTimeField()
    # Open until the next round is done or the meeting ends.
    gap_until = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("gap_from",)
        constraints = [
            models.UniqueConstraint(fields=("booking", "item", "gap_from"), name="breach_once"),
            models.CheckConstraint(
                condition=Q(gap_until=None) | Q(gap_until__gt=F("limit_at")), name="breach_beyond_limit"
            ),
        ]

    def __str__(self) -> str:
        return f"breach of {self.booking_id} from {self.gap_from:%H:%M}"
