"""What tablets sent, by whose hand, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from checklists.models.plan import Step
from rooms.models import Site
from staff.models import User


class TabletEvent(models.Model):
    """Append-only: one thing done on a tablet, known for ever by the UUID that the tablet gave it."""

    class Kind(models.TextChoices):
        TICK = "tick", _("Tick")
        UNDO = "undo", _("Undo")
        SKIP = "skip", _("Skipped")
        TAKE_OVER = "take_over", _("Taken over")
        PICTURE = "picture", _("Picture")
        WISH = "wish", _("Wish")
        NOTE = "note", _("Note passed in")
        INCIDENT = "incident", _("Incident")
        HANDOVER = "handover", _("Hand-over offered")
        HANDOVER_ANSWER = "handover_answer", _("Hand-over answered")

    class Verdict(models.TextChoices):
        APPLIED = "applied", _("Applied")
        # Somebody had said the same before; kept beside theirs.
        SUPERSEDED = "superseded", _("Kept as an addition")
        # Kept, and contradicts what stands: for the manager to look at.
        CONFLICT = "conflict", _("Contradiction")
        REFUSED = "refused", _("Refused")

    # Whose words are one guest's to another. A wish or an offer that was refused is somebody's to follow up, and kept.
    PRIVATE_KINDS = frozenset({Kind.NOTE})

    op = models.UUIDField(unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    # Who tapped, by the page's signed word; and whose session carried it here, which may be a colleague's.
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    carried_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    device = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    step = models.ForeignKey(Step, models.CASCADE, null=True, related_name="tablet_events")
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="+")
    # The tablet's own clock; how far it thought itself behind the server; the moment that makes of it.
    device_at = models.DateTimeField()
    clock_offset_ms = models.BigIntegerField(null=True)
    tapped_at = models.DateTimeField()
    received_at = models.DateTimeField()
    verdict = models.CharField(max_length=20, choices=Verdict)
    code = models.CharField(max_length=40, blank=True)
    # What the first sending was told; a repeat is told the same.
    answer = models.JSONField(default=dict)
    # What was typed, kept only where it went nowhere else; of PRIVATE_KINDS not even there.
    data = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("received_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="tablet_event_settled_by_someone",
            ),
        ]
        indexes = [
            # The manager's day: contradictions nobody has looked at.
            models.Index(
                fields=("site", "received_at"),
                condition=Q(verdict="conflict", settled_at=None),
                name="tablet_event_contradicts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.op}"
