"""Surveys put after a meeting, and their answers."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from staff.models import User

RATINGS = ("room", "equipment", "drinks", "manner", "speed")
BAD_OVERALL, BAD_ONE = 2, 1


class Survey(models.Model):
    """One request for feedback per meeting; opened by its applicant or through a signed link."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="survey")
    asked_at = models.DateTimeField()
    asked_of = models.ForeignKey(User, models.PROTECT, related_name="surveys")

    class Meta:
        ordering = ("-asked_at",)
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return f"survey of {self.booking_id}"


def rating(label: str) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(1), MaxValueValidator(5)])


class SurveyAnswer(models.Model):
    """The one answer to a survey; the one-to-one key refuses a second."""

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="answer")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    room = rating(_("The room"))
    equipment = rating(_("Equipment"))
    drinks = rating(_("Drinks"))
    manner = rating(_("Manner"))
    speed = rating(_("Speed"))
    text = models.TextField(_("What should we know?"), max_length=1000, blank=True)
    # Set by low ratings, or by a manager who reads a complaint in the words; it asks for the review of A12.
    is_complaint = models.BooleanField(_("complaint"), default=False)
    # Whom the words name, where the answer is a good one.
    named = models.ManyToManyField(User, related_name="+", blank=True)
    # Empty where the ratings said so by themselves.
    marked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(*[(f"{name}__range", (1, 5)) for name in RATINGS]), name="survey_answer_ratings"
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.survey_id}"

    @property
    def is_bad(self) -> bool:
        """On the whole poor, or very poor in anything."""
        given = [getattr(self, name) for name in RATINGS]
        return sum(given) <= BAD_OVERALL * len(given) or min(given) <= BAD_ONE
