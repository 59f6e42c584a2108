"""A shift handed over: what one person had open goes to another once both have said so."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from checklists.models.ondemand import Incident
from checklists.models.plan import Step
from rooms.models import Site
from staff.models import User

NOTE_LONGEST = 500


class Handover(models.Model):
    """The giver's word is the offer; nothing changes hands before the receiver's."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("handover", "Not answered yet")
        CONFIRMED = "confirmed", pgettext_lazy("handover", "Confirmed")
        REFUSED = "refused", pgettext_lazy("handover", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Withdrawn")

    site = models.ForeignKey(Site, models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(User, models.PROTECT, related_name="handovers_given")
    receiver = models.ForeignKey(User, models.PROTECT, related_name="handovers_received")
    # What to watch, in the giver's words.
    note = models.CharField(_("what to watch"), max_length=NOTE_LONGEST, blank=True)
    incidents = models.ManyToManyField(Incident, related_name="+")
    offered_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # Why it was refused.
    reason = models.CharField(max_length=NOTE_LONGEST, blank=True)
    # When the managers heard that nobody answers.
    told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-offered_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("giver",), condition=Q(state="open"), name="handover_one_open"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="handover_of_two_people"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None, answered_by=None)
                | (~Q(state="open") & Q(answered_at__gte=F("offered_at"), answered_by__isnull=False)),
                name="handover_answered_by_someone",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(reason=""), name="handover_refused_with_reason"),
        ]
        indexes = [
            models.Index(fields=("site", "-offered_at"), name="handover_by_site"),
            # The sweep: offers nobody has answered.
            models.Index(fields=("offered_at",), condition=Q(state="open", told_at=None), name="handover_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} to {self.receiver_id} {self.offered_at:%Y-%m-%d %H:%M}"


class HandoverStep(models.Model):
    """One step that was offered, and what became of it when the offer was confirmed."""

    class Outcome(models.TextChoices):
        PASSED = "passed", pgettext_lazy("step handed over", "Passed on")
        # Done, skipped, missed or withdrawn before the word came.
        SETTLED = "settled", pgettext_lazy("step handed over", "Settled meanwhile")
        # Somebody took it over, or it was given to somebody else.
        ELSEWHERE = "elsewhere", pgettext_lazy("step handed over", "With somebody else meanwhile")

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="lines")
    step = models.ForeignKey(Step, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)

    class Meta:
        ordering = ("handover", "step__due_at", "step")
        constraints = [models.UniqueConstraint(fields=("handover", "step"), name="handover_step_once")]

    def __str__(self) -> str:
        return f"{self.step_id} in {self.handover_id}"
