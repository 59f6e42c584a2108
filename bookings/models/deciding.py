"""Who decides on which rooms, what is decided by rule, and what a request must keep to."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.booking import Booking
from rooms.models import Room, Site
from rooms.text import localized
from staff.models import User

REASON_LIMIT = 120


class Approver(models.Model):
    """Somebody who decides on a room, or without one on all rooms of the site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="approvers")
    room = models.ForeignKey(Room, models.CASCADE, null=True, blank=True, related_name="approvers")
    user = models.ForeignKey(User, models.CASCADE, related_name="approves")

    class Meta:
        ordering = ("room__position", "room__code", "user__username")
        constraints = [
            models.UniqueConstraint(fields=("room", "user"), name="approver_of_room_once"),
            models.UniqueConstraint(fields=("site", "user"), condition=Q(room=None), name="approver_of_site_once"),
        ]
        verbose_name = _("approver")
        verbose_name_plural = _("approvers")

    def __str__(self) -> str:
        return f"{self.user} {self.room or self.site}"


class ApprovalRule(models.Model):
    """Requests that fit every condition are approved at once; a condition left open fits everything."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="approval_rules")
    rooms = models.ManyToManyField(Room, blank=True, related_name="+", verbose_name=_("rooms"))
    most_people = models.PositiveSmallIntegerField(
        _("head count at most"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    host_department = models.CharField(_("host department"), max_length=80, blank=True)
    kinds = ArrayField(
        models.CharField(max_length=20, choices=Booking.Kind), verbose_name=_("kinds of meeting"), default=list
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(most_people=None) | Q(most_people__gte=1), name="approval_rule_people")
        ]
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")

    def __str__(self) -> str:
        return f"#{self.pk}"


class BookingPolicy(models.Model):
    """The bounds of an ordinary request, of a site or of one room; beyond them it is a request for exception."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="booking_policies")
    room = models.OneToOneField(Room, models.CASCADE, null=True, blank=True, related_name="booking_policy")
    longest_minutes = models.PositiveSmallIntegerField(_("longest meeting in minutes"), null=True, blank=True)
    furthest_days = models.PositiveSmallIntegerField(_("at most so many days ahead"), null=True, blank=True)
    notice_minutes = models.PositiveIntegerField(_("at least so many minutes ahead"), null=True, blank=True)
    opens_at = models.TimeField(_("not before"), null=True, blank=True)
    closes_at = models.TimeField(_("not after"), null=True, blank=True)

    class Meta:
        ordering = ("room__position", "room__code")
        constraints = [
            models.UniqueConstraint(fields=("site",), condition=Q(room=None), name="policy_of_site_once"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")), name="policy_hours"
            ),
        ]
        verbose_name = _("booking policy")
        verbose_name_plural = _("booking policies")

    def __str__(self) -> str:
        return str(self.room or self.site)


class DeclineReason(models.Model):
    """A common reason, ready to choose when declining."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="decline_reasons")
    text_zh_hans = models.CharField(max_length=REASON_LIMIT)
    text_zh_hant = models.CharField(max_length=REASON_LIMIT, blank=True)
    text_en = models.CharField(max_length=REASON_LIMIT, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("decline reason")
        verbose_name_plural = _("decline reasons")

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return localized(self, "text")


class WaitingPlace(models.Model):
    """A request's place in the line for its own room and time, which somebody else has."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the slot")
        OFFERED = "offered", _("Slot offered")
        # The ends: the room is theirs, the offer ran out, or they stopped waiting.
        GIVEN = "given", _("Slot taken up")
        PASSED = "passed", _("Offer not taken up")
        LEFT = "left", _("No longer waiting")

    OPEN = (State.WAITING, State.OFFERED)

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="waiting_places")
    since_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)

    class Meta:
        ordering = ("since_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("booking",), condition=Q(state__in=("waiting", "offered")), name="waiting_place_once"
            )
        ]
        indexes = [
            # The few that wait among all who ever did, asked after every change.
            models.Index(fields=("since_at",), condition=Q(state__in=("waiting", "offered")), name="waiting_place_open")
        ]
        verbose_name = _("place in a waiting list")
        verbose_name_plural = _("places in waiting lists")

    def __str__(self) -> str:
        return f"{self.booking_id} {self.state}"
