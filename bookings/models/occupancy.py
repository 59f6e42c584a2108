"""What is taken of a room: the one place that says so, kept free of overlaps by the database."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models.booking import Booking
from rooms.models import Room, Space
from rooms.ranges import PointRange
from staff.models import User

BOUNDED = Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False)


class Closure(models.Model):
    """A room out of use for a time."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="closures", verbose_name=_("room"))
    during = DateTimeRangeField()
    reason = models.CharField(_("reason"), max_length=200)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("during",)
        constraints = [models.CheckConstraint(condition=BOUNDED, name="closure_during_bounded")]
        verbose_name = _("closure")
        verbose_name_plural = _("closures")

    def __str__(self) -> str:
        return self.reason


class Offer(models.Model):
    """Another room or time offered for a request, held until a moment."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("offer", "Open")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="offers")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+")
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    setup_minutes = models.PositiveSmallIntegerField(default=0)
    teardown_minutes = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.OPEN)
    # Nobody: the slot came free for whoever stood first in line.
    offered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField()

    class Meta:
        ordering = ("-offered_at",)
        constraints = [
            models.CheckConstraint(condition=Q(start_at__lt=models.F("end_at")), name="offer_start_before_end"),
            models.UniqueConstraint(fields=("booking",), condition=Q(state="open"), name="offer_one_open"),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.start_at:%Y-%m-%d %H:%M}"


class Occupancy(models.Model):
    """One taken stretch of one space, by exactly one of a booking, a closure or an offer."""

    space = models.ForeignKey(Space, models.PROTECT, related_name="occupancies")
    during = DateTimeRangeField()
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="occupancies")
    closure = models.ForeignKey(Closure, models.CASCADE, null=True, related_name="occupancies")
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, related_name="occupancies")

    class Meta:
        ordering = ("during",)
        indexes = [
            # The board and the search for a free room: all rooms at one time. The exclusion's index leads with spaces.
            GistIndex(fields=("during",), name="occupancy_by_time"),
        ]
        constraints = [
            # An empty or endless range would slip past the exclusion.
            models.CheckConstraint(condition=BOUNDED, name="occupancy_during_bounded"),
            models.CheckConstraint(
                condition=Q(booking__isnull=False, closure=None, offer=None)
                | Q(booking=None, closure__isnull=False, offer=None)
                | Q(booking=None, closure=None, offer__isnull=False),
                name="occupancy_one_holder",
            ),
            ExclusionConstraint(
                name="occupancy_space_free",
                index_type="gist",
                expressions=[(PointRange("space_id"), "&&"), ("during", "&&")],
                deferrable=Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.space_id} {self.during}"
