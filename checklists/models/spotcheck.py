"""Spot checks of service under way (U8), scored by a manager and kept in the records of those on duty."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from checklists.models.plan import Step
from staff.models import User

SCORES = ("refill", "manner", "quietness", "dress")


def score(label: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )


class SpotCheck(models.Model):
    """From 1 to 5 each; empty where there was nothing to judge, such as refills without tea."""

    step = models.OneToOneField(Step, models.PROTECT, related_name="spot_check")
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="spot_checks")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    refill = score(_("Refill gaps"))
    manner = score(_("Manner"))
    quietness = score(_("Quietness"))
    dress = score(_("Dress"))
    # The gaps between refills as the ticks told them at that moment, in seconds.
    gaps = models.JSONField(default=list)
    # Codes of the conduct list that were not kept.
    lapses = models.JSONField(default=list)
    text = models.CharField(_("remark"), max_length=500, blank=True)
    people = models.ManyToManyField(User, through="SpotCheckPerson", related_name="spot_checks")

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        constraints = [
            models.CheckConstraint(
                condition=Q(*[Q(**{name: None}) | Q(**{f"{name}__range": (1, 5)}) for name in SCORES]),
                name="spot_check_scores",
            ),
            models.CheckConstraint(
                condition=Q(*[(f"{name}__isnull", False) for name in SCORES], _connector=Q.OR),
                name="spot_check_scored",
            ),
        ]

    def __str__(self) -> str:
        return f"spot check of {self.booking_id}"


class SpotCheckPerson(models.Model):
    """Someone who was on duty then: the result belongs to their record."""

    spot_check = models.ForeignKey(SpotCheck, models.CASCADE, related_name="on_duty")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=("spot_check", "user"), name="spot_check_person_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.spot_check_id}"
