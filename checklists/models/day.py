"""A site's working day, opened and closed by its manager."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from staff.models import User


class ServiceDay(models.Model):
    """Opened once everything stands for the first meeting, closed once the last room is locked."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="service_days")
    on = models.DateField(_("date"))
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What was left open at closing and why that is all right.
    note = models.CharField(_("remark"), max_length=500, blank=True)
    # The numbers at closing, as they were seen then.
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ("-on",)
        verbose_name = _("service day")
        verbose_name_plural = _("service days")
        constraints = [
            models.UniqueConstraint(fields=("site", "on"), name="service_day_once"),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(opened_by__isnull=False), name="service_day_opened_by_someone"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_by__isnull=False, closed_at__gte=F("opened_at")),
                name="service_day_closed_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(opened_at__isnull=False), name="service_day_opened_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.on}"


class ServiceDayEvent(models.Model):
    """Append-only: the day opened, closed, opened again."""

    day = models.ForeignKey(ServiceDay, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.verb} {self.day_id}"
