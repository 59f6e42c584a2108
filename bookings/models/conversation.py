"""Questions and answers about a request, and the append-only log of its states."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking
from staff.models import User


class BookingMessage(models.Model):
    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        ANSWER = "answer", _("Answer")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField(max_length=1000)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.kind} {self.booking_id}"


class BookingLog(models.Model):
    """Append-only: who did what to a booking, when, and the difference it made."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="log")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    from_status = models.CharField(max_length=20, choices=Booking.Status, blank=True)
    to_status = models.CharField(max_length=20, choices=Booking.Status, blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")
        indexes = [
            # What a person decided in the last seconds and may take back.
            models.Index(fields=("actor", "at"), name="booking_log_by_actor"),
            # How often somebody's meetings were given back unused: the few among all entries.
            models.Index(fields=("booking",), condition=models.Q(verb="no_show"), name="booking_log_no_shows"),
        ]
        verbose_name = _("log entry of bookings")
        verbose_name_plural = _("log of bookings")

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"
