"""What becomes of a roster: weeks published, and shifts that calendars must be told are gone."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site


class RosterPublication(models.Model):
    """Append-only: who made the drafts of a site's week binding, and when."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="roster_publications")
    week_on = models.DateField(_("week from"))
    shift_count = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-published_at", "-pk")
        verbose_name = _("published roster")
        verbose_name_plural = _("published rosters")
        constraints = [
            models.CheckConstraint(condition=Q(week_on__iso_week_day=1), name="roster_week_from_monday"),
        ]
        indexes = [
            # The head of the board: when was this week published last?
            models.Index(fields=("site", "week_on", "-published_at"), name="roster_publication_of_week"),
        ]

    def __str__(self) -> str:
        return f"{self.site_id} {self.week_on:%Y-%m-%d}"


class RemovedShift(models.Model):
    """A published shift that a person no longer has: their calendar shows it until it is told otherwise."""

    # No key into the table: the shift is gone, or somebody else's.
    shift_id = models.BigIntegerField()
    user = models.ForeignKey("staff.User", models.CASCADE, related_name="removed_shifts")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    during = DateTimeRangeField()
    is_on_call = models.BooleanField(default=False)
    version = models.PositiveIntegerField()
    removed_at = models.DateTimeField()

    class Meta:
        ordering = ("during", "pk")
        verbose_name = _("removed shift")
        verbose_name_plural = _("removed shifts")
        constraints = [
            models.UniqueConstraint(fields=("shift_id", "user"), name="removed_shift_once_a_person"),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="removed_shift_during_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.during.lower:%Y-%m-%d %H:%M}"
