"""A series: bookings made by one rule, and every date of it, those refused included."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.models.booking import Booking
from rooms.models import Site
from staff.models import User
from staff.roles import Role


class SeriesQuerySet(models.QuerySet["Series"]):
    def visible_to(self, user: User) -> "SeriesQuerySet":
        """The person's own, and for the office those of its site; whoever serves sees the bookings one by one."""
        if user.has_role(Role.ADMINISTRATOR):
            return self
        own = Q(applicant=user)
        if user.site_id and user.has_role(Role.SECRETARY, Role.MANAGER):
            own |= Q(site_id=user.site_id)
        return self.filter(own)

    def named(self, ref: str) -> "SeriesQuerySet":
        """The series of this reference; a text that the database cannot hold names none."""
        return self.none() if "\x00" in ref else self.filter(ref=ref)


class Series(models.Model):
    # That of its first booking with other letters.
    ref = models.CharField(_("reference"), max_length=20, unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="series")
    applicant = models.ForeignKey(User, models.PROTECT, related_name="series", verbose_name=_("applicant"))
    # RFC 5545; empty where every date was picked by hand.
    rule = models.CharField(max_length=200, blank=True)
    picked_dates = ArrayField(models.DateField(), default=list, blank=True)
    starts_on = models.DateField()
    # Wall clock of the site. `ends_after_days` counts the midnights a meeting lasts over.
    start_time = models.TimeField()
    end_time = models.TimeField()
    ends_after_days = models.PositiveSmallIntegerField(default=0)
    time_zone = models.CharField(max_length=50)
    created_at = models.DateTimeField()

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=~Q(rule="") | Q(picked_dates__len__gt=0), name="series_has_a_rule_or_dates"
            ),
            models.CheckConstraint(condition=Q(ends_after_days__lte=1), name="series_lasts_a_day_at_most"),
        ]
        verbose_name = pgettext_lazy("one", "series")
        verbose_name_plural = pgettext_lazy("many", "series")

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return reverse("bookings:series", args=[self.ref])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class SeriesDate(models.Model):
    """One date the rule means. Its booking says how it stands; without one the reason says why there is none."""

    class Reason(models.TextChoices):
        NONE = "", "–"
        TAKEN = "taken", _("Taken")
        HOLIDAY = "holiday", _("Holiday")
        LEFT_OUT = "left_out", _("Left out")
        DECLINED = "declined", _("Declined")

    series = models.ForeignKey(Series, models.CASCADE, related_name="dates")
    # The date by the rule, also where the meeting was moved since.
    on = models.DateField()
    booking = models.OneToOneField(Booking, models.CASCADE, null=True, related_name="series_date")
    reason = models.CharField(max_length=20, choices=Reason, blank=True, default=Reason.NONE)

    class Meta:
        ordering = ("on",)
        constraints = [
            models.UniqueConstraint(fields=("series", "on"), name="series_date_once"),
            models.CheckConstraint(
                condition=Q(booking__isnull=False) | ~Q(reason=""), name="series_date_booking_or_reason"
            ),
        ]
        verbose_name = _("date of a series")
        verbose_name_plural = _("dates of series")

    def __str__(self) -> str:
        return f"{self.on}"


class SeriesDraft(models.Model):
    """A series not yet sent: its form as it was filled in. It takes no room and has no reference."""

    applicant = models.ForeignKey(User, models.CASCADE, related_name="series_drafts")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    title = models.CharField(_("topic"), max_length=120)
    starts_on = models.DateField()
    # By name of the field, every value that was sent.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-saved_at", "-pk")
        verbose_name = _("draft of a series")
        verbose_name_plural = _("drafts of series")

    def __str__(self) -> str:
        return f"{self.starts_on} {self.applicant_id}"

    def get_absolute_url(self) -> str:
        return reverse("bookings:series_draft", args=[self.pk])
