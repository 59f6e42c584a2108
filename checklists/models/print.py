"""Printed daily rundowns: made by a worker when long, kept with their version."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from staff.models import User


class RundownPrint(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    site = models.ForeignKey(Site, models.CASCADE, related_name="rundowns")
    on = models.DateField(_("date"))
    # The running number of prints of that site's day.
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10, choices=settings.LANGUAGES)
    shows_habits = models.BooleanField(default=False)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to="rundowns/", blank=True)
    # Booking reference to version, to say at the next print what changed since this one.
    contents = models.JSONField(default=dict)

    class Meta:
        ordering = ("-requested_at",)
        constraints = [models.UniqueConstraint(fields=("site", "on", "version"), name="rundown_version_once")]

    def __str__(self) -> str:
        return f"{self.on} v{self.version}"
