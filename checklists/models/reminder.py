"""Reminders as rows: due is at or before now and unsent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from checklists.models.plan import Step
from staff.models import Notice, User


class Reminder(models.Model):
    class Kind(models.TextChoices):
        LEAD = "lead", _("Before it is due")
        DUE = "due", _("Due")
        LATE = "late", _("Late")
        # Nobody took it over after the first word of its lateness: the next tier hears.
        SECOND = "second", _("Late, told to the secretary")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        SENT = "sent", _("Sent")
        MISSED = "missed", _("Missed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    step = models.ForeignKey(Step, models.CASCADE, related_name="reminders")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=20, choices=Kind)
    # Part of the key on purpose: a moved step arms anew even where the old reminder had gone out.
    due_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.PENDING)
    reason = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True)
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="reminders")

    class Meta:
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=("step", "recipient", "kind", "due_at"), name="reminder_once"),
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="reminder_sent_at"),
        ]
        indexes = [
            # The pulse: what is due and unsent.
            models.Index(fields=("due_at",), condition=Q(state="pending"), name="reminder_waiting"),
            models.Index(fields=("recipient", "sent_at"), condition=Q(state="sent"), name="reminder_delivered"),
            # The operator's page and the metrics: what fell due lately, counted from the index alone.
            models.Index(
                fields=("due_at",),
                include=("state", "reason", "sent_at", "step"),
                condition=Q(state__in=("sent", "missed")),
                name="reminder_settled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.step_id} {self.due_at:%H:%M}"
