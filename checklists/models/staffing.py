"""Who serves which booking, in which role."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from bookings.models import Booking
from rooms.ranges import PointRange
from staff.models import User
from staff.roles import DUTY_ROLES, Role


class Assignment(models.Model):
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in DUTY_ROLES])
    # The meeting's own time, kept in step with the booking by the service that moves it.
    during = DateTimeRangeField()
    # The second of two neighbouring rooms that one person serves in turn, where the site's rules say so.
    lane = models.PositiveSmallIntegerField(default=0)
    assigned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    assigned_at = models.DateTimeField()

    class Meta:
        ordering = ("role", "pk")
        constraints = [
            models.UniqueConstraint(fields=("booking", "user", "role"), name="assignment_once"),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="assignment_during_bounded",
            ),
            # Serving is done in the room: nobody can pour in two rooms at once. A technician, cleaner, secretary
            # or manager looks after several meetings of the same hour.
            ExclusionConstraint(
                name="assignment_one_place",
                index_type="gist",
                expressions=[(PointRange("user_id"), "&&"), (PointRange("lane"), "&&"), ("during", "&&")],
                condition=Q(role=Role.SERVICE_STAFF.value),
            ),
            models.CheckConstraint(condition=Q(lane__lte=1), name="assignment_two_rooms_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class ReleasedPerson(models.Model):
    """Who was to serve a meeting when it was called off: their calendar says so, and no assignment does any more."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="released_people", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in DUTY_ROLES])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("booking", "user", "role"), name="released_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"
