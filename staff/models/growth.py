"""What else makes a person's record: training planned, praise, and checks of appearance and conduct."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from staff.models.training import Course


class PlannedTraining(models.Model):
    """A course somebody shall have taken by a day."""

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="planned_training")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+", verbose_name=_("course"))
    due_on = models.DateField(_("due on"))
    note = models.CharField(_("note"), max_length=120, blank=True)
    planned_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("due_on", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("user", "course"), condition=Q(settled_at=None), name="planned_training_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.course_id}"


class Praise(models.Model):
    """Kept as it was said by who leads or trains; a colleague's thanks have a reason instead of words."""

    class Kind(models.TextChoices):
        PRAISE = "praise", _("praise")
        THANKS = "thanks", _("a colleague's thanks")

    class Reason(models.TextChoices):
        HELPED = "helped", _("helped me out")
        STOOD_IN = "stood_in", _("stood in for me")
        SHOWED = "showed", _("showed me how it is done")
        CALM = "calm", _("kept calm when it mattered")
        GUESTS = "guests", _("took good care of the guests")
        PREPARED = "prepared", _("prepared everything well")

    op = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PRAISE)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    # The day of thanks, where they were given.
    given_on = models.DateField(null=True)
    user = models.ForeignKey("staff.User", models.PROTECT, related_name="praise")
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(_("praise"), max_length=500, blank=True)
    # The meeting it is about, where it is about one.
    ref = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("praise")
        verbose_name_plural = _("praise")
        constraints = [
            models.UniqueConstraint(fields=("by", "user", "given_on"), name="thanks_once_a_day"),
            models.CheckConstraint(
                condition=Q(kind="praise", reason="", given_on=None)
                | (Q(kind="thanks", text="", given_on__isnull=False) & ~Q(reason="")),
                name="thanks_have_a_reason",
            ),
            models.CheckConstraint(condition=~Q(user=models.F("by")), name="praise_of_others"),
        ]

    def __str__(self) -> str:
        return f"praise of {self.user_id}"


class ConductCheck(models.Model):
    """Everyone on shift looked at once, before the shift or an important meeting: fine but for what is named."""

    class Occasion(models.TextChoices):
        SHIFT = "shift", _("before the shift")
        MEETING = "meeting", _("before an important meeting")

    op = models.UUIDField(unique=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="conduct_checks")
    occasion = models.CharField(max_length=10, choices=Occasion)
    at = models.DateTimeField()
    by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("conduct check")
        verbose_name_plural = _("conduct checks")

    def __str__(self) -> str:
        return f"{self.occasion} {self.at:%Y-%m-%d %H:%M}"


class ConductResult(models.Model):
    """One person in a check; no lapse is fine."""

    check_made = models.ForeignKey(ConductCheck, models.CASCADE, related_name="results")
    user = models.ForeignKey("staff.User", models.PROTECT, related_name="conduct_results")
    # Codes of the conduct list that were not kept.
    lapses = models.JSONField(default=list)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ("-check_made__at", "pk")
        constraints = [models.UniqueConstraint(fields=("check_made", "user"), name="conduct_result_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.check_made_id}"
