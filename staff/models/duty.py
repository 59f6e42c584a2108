"""When people work: usual shifts, shifts, leave, and the site's rules of working time."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Site
from rooms.ranges import PointRange
from rooms.text import NamedInThreeLanguages


class ShiftPattern(NamedInThreeLanguages):
    """A usual shift of a site by the clock on its wall: early, late, split, on call."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="shift_patterns")
    code = models.SlugField(_("code"), max_length=20)
    # Pairs of wall-clock times, ["07:45", "16:00"]; one that does not end after it begins ends on the next day.
    spans = models.JSONField(_("times"), default=list)
    is_on_call = models.BooleanField(_("on call"), default=False)
    place = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("place", "code")
        verbose_name = _("shift pattern")
        verbose_name_plural = _("shift patterns")
        constraints = [
            models.UniqueConstraint(fields=("site", "code"), name="shift_pattern_code_once"),
            models.CheckConstraint(condition=~Q(spans=[]), name="shift_pattern_has_times"),
        ]


class ShiftQuerySet(models.QuerySet["Shift"]):
    def on_duty(self) -> "ShiftQuerySet":
        """At work by a published roster: who is on call stays at home until called, a draft binds nobody."""
        return self.filter(is_on_call=False, is_draft=False)

    def published(self) -> "ShiftQuerySet":
        return self.filter(is_draft=False)


class Shift(models.Model):
    """Working time of one person; two on a day are normal, overlapping ones impossible."""

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="shifts", verbose_name=_("person"))
    site = models.ForeignKey(Site, models.CASCADE, related_name="shifts")
    during = DateTimeRangeField()
    pattern = models.ForeignKey(ShiftPattern, models.SET_NULL, null=True, blank=True, related_name="+")
    is_on_call = models.BooleanField(_("on call"), default=False)
    # While its week is being planned: nobody but the planners sees it, and no service plan counts on it.
    is_draft = models.BooleanField(_("draft"), default=False)
    # What calendars are told: each change of a published shift is a newer entry of the same name.
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Shift"]] = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ("during", "user")
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="shift_during_bounded",
            ),
            ExclusionConstraint(
                name="shift_no_overlap",
                index_type="gist",
                expressions=[(PointRange("user_id"), "&&"), ("during", "&&")],
                # At the end of a statement: two people swap shifts of the same hours in one.
                deferrable=models.Deferrable.IMMEDIATE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.during.lower:%Y-%m-%d %H:%M}"


class Leave(models.Model):
    """Time away from work: asked for and granted, or a sickness entered by whoever hears of it."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Sick")
        TRAINING = "training", _("Training")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="leaves", verbose_name=_("person"))
    during = DateTimeRangeField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    # Between the person and whoever leads them; it may say what is wrong with them.
    note = models.CharField(_("note"), max_length=200, blank=True)
    asked_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("during", "user")
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="leave_during_bounded",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, state__in=("requested", "withdrawn"))
                | Q(decided_at__isnull=False, decided_by__isnull=False, state__in=("granted", "declined", "withdrawn")),
                name="leave_decided_by_somebody",
            ),
            # Granted twice for one hour would be counted twice.
            ExclusionConstraint(
                name="leave_no_overlap",
                index_type="gist",
                expressions=[(PointRange("user_id"), "&&"), ("during", "&&")],
                condition=Q(state="granted"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.during.lower:%Y-%m-%d}"


class WorkingTimeRules(models.Model):
    """What a site holds its rosters to; an empty limit is none. A rule warns, or bars when the site says so."""

    site = models.OneToOneField(Site, models.CASCADE, related_name="working_time")
    hours_a_day = models.DecimalField(
        _("hours a day"), max_digits=4, decimal_places=2, null=True, blank=True, default=10
    )
    hours_a_week = models.DecimalField(
        _("hours a week"), max_digits=5, decimal_places=2, null=True, blank=True, default=48
    )
    rest_hours = models.DecimalField(
        _("hours of rest between days"), max_digits=4, decimal_places=2, null=True, blank=True, default=11
    )
    days_in_row = models.PositiveSmallIntegerField(
        _("working days in a row"),
        null=True,
        blank=True,
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
    )
    # A break of so many minutes after so many hours on the floor.
    break_after_hours = models.DecimalField(
        _("hours until a break"), max_digits=4, decimal_places=2, null=True, blank=True, default=4
    )
    break_minutes = models.PositiveSmallIntegerField(_("minutes of a break"), default=20)
    # Left off where the break lies inside a shift and is taken on the floor.
    checks_breaks = models.BooleanField(_("rosters must leave the break free"), default=False)
    swaps_need_approval = models.BooleanField(_("swaps need a manager's word"), default=True)
    # Names of the limits above that refuse instead of warning.
    bars = models.JSONField(_("refused, not only warned of"), default=list, blank=True)

    class Meta:
        verbose_name = _("working time rules")
        verbose_name_plural = _("working time rules")
        constraints = [
            models.CheckConstraint(
                condition=(Q(hours_a_day=None) | Q(hours_a_day__gt=0, hours_a_day__lte=24))
                & (Q(hours_a_week=None) | Q(hours_a_week__gt=0, hours_a_week__lte=168))
                & (Q(rest_hours=None) | Q(rest_hours__gt=0, rest_hours__lte=48))
                & (Q(days_in_row=None) | Q(days_in_row__gte=1, days_in_row__lte=31))
                & (Q(break_after_hours=None) | Q(break_after_hours__gt=0, break_after_hours__lte=24)),
                name="working_time_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site_id}"
