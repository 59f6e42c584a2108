"""A proposal who serves what on a day or in a week: made by a worker, altered by a manager, applied once."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from rooms.models import Site
from rooms.polling import STUCK_AFTER
from staff.models import User
from staff.roles import DUTY_ROLES


class WorkedOut(models.Model):
    """Asked for by a person and made by a worker, which notes how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-requested_at", "-pk")

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    def is_stuck(self, now: datetime) -> bool:
        """No worker has taken it up."""
        return self.state == self.State.WAITING and now - self.requested_at > STUCK_AFTER


class AssignmentProposal(WorkedOut):
    site = models.ForeignKey(Site, models.CASCADE, related_name="assignment_proposals")
    since = models.DateField(_("date"))
    days = models.PositiveSmallIntegerField(default=1)
    # What meetings, shifts and assignments were when it was made: applied only while they still are.
    digest = models.CharField(max_length=64, blank=True)
    score = models.JSONField(default=dict)
    # Pins taken over from an earlier proposal, by job.
    pins = models.JSONField(default=dict)
    applied_at = models.DateTimeField(null=True)
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta(WorkedOut.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=7), name="assignment_proposal_days"),
            models.CheckConstraint(
                condition=Q(applied_at=None, applied_by=None)
                | Q(applied_at__isnull=False, applied_by__isnull=False, state="done"),
                name="assignment_proposal_applied_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.since} {self.days}"


class CoverSearch(WorkedOut):
    """Who could take what somebody leaves behind over weeks: looked for by a worker, shown on the absence's page."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    start_at = models.DateTimeField()
    until = models.DateField()
    # Of the assignments it was made for; when it differs they have changed.
    digest = models.CharField(max_length=32, blank=True)
    # By assignment: who is proposed, in codes why or why nobody, and everybody who might with what speaks against them.
    found = models.JSONField(default=dict)

    class Meta(WorkedOut.Meta):
        indexes = [
            # The newest one of a person.
            models.Index(fields=("person", "-requested_at"), name="cover_search_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.until}"


class ProposalLine(models.Model):
    """One place to be filled; without a person it stays open."""

    proposal = models.ForeignKey(AssignmentProposal, models.CASCADE, related_name="lines")
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in DUTY_ROLES])
    place = models.PositiveSmallIntegerField(default=0)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    # Who had it when the proposal was made.
    holder = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    is_pinned = models.BooleanField(default=False)
    # Serves a neighbouring room at the same time.
    is_shared = models.BooleanField(default=False)
    # Codes; who else could, with what stands in their way; and why it stays open.
    reasons = models.JSONField(default=list)
    others = models.JSONField(default=list)
    why = models.JSONField(default=dict)
    # From a room in another building: which, how long it takes and how long there is.
    way = models.JSONField(default=dict)

    class Meta:
        ordering = ("booking__start_at", "booking", "role", "place")
        constraints = [
            models.UniqueConstraint(fields=("proposal", "booking", "role", "place"), name="proposal_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}:{self.role}:{self.place}"

    @property
    def job_id(self) -> str:
        return f"{self.booking_id}:{self.role}:{self.place}"

    @property
    def is_change(self) -> bool:
        return self.user_id != self.holder_id

    @property
    def is_open(self) -> bool:
        """Nobody's, and no one of the role is there for it either."""
        return self.user_id is None and not self.why.get("is_common")
