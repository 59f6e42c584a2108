"""Who edited which standard, and the runs that carry a published one over to meetings already planned."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from checklists.models.standard import ServiceStandard
from rooms.models import Site
from staff.models import User


class StandardLog(models.Model):
    """Append-only: who changed what of a site's standard; outlives a draft that was discarded."""

    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="standard_log")
    standard = models.ForeignKey(ServiceStandard, models.SET_NULL, null=True, related_name="log")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    # Codes only: the item, and the names of the fields that differ.
    changes = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("log entry of service standards")
        verbose_name_plural = _("log of service standards")

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


class Replanning(models.Model):
    """One run that plans coming meetings anew with a published standard, made by a worker."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Under way")
        DONE = "done", _("Done")

    standard = models.ForeignKey(ServiceStandard, models.PROTECT, related_name="replannings")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    # Meetings that start on this day of their site or later.
    since = models.DateField()
    with_running = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Of those done: meetings whose steps came out differently, and meetings that could not be planned.
    changed = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-requested_at", "-pk")

    def __str__(self) -> str:
        return f"{self.standard_id} since {self.since}"
