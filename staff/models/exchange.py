"""Shifts that change hands or come in: offered to a colleague, open to whoever of a role can take them, from sheets."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rooms.models import RememberedColumns, Site
from staff.models.duty import Shift, ShiftPattern
from staff.roles import DUTY_ROLES, Role

MOST_PLACES = 20


class ShiftSwap(models.Model):
    """One shift of one day; the other days of both people stay as they are."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Waits for approval")
        DONE = "done", _("Swapped")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    site = models.ForeignKey(Site, models.CASCADE, related_name="shift_swaps")
    # Null once the shift is gone; what it was stays.
    shift = models.ForeignKey(Shift, models.SET_NULL, null=True, related_name="swaps")
    during = DateTimeRangeField()
    giver = models.ForeignKey("staff.User", models.CASCADE, related_name="swaps_offered")
    # Whom it is offered to; nobody named is the whole team.
    colleague = models.ForeignKey("staff.User", models.CASCADE, null=True, related_name="+")
    taker = models.ForeignKey("staff.User", models.CASCADE, null=True, related_name="swaps_taken")
    # What the taker gives for it, if anything.
    given = models.ForeignKey(Shift, models.SET_NULL, null=True, related_name="+")
    given_during = DateTimeRangeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    asked_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-pk")
        verbose_name = _("swap of a shift")
        verbose_name_plural = _("swaps of shifts")
        constraints = [
            models.UniqueConstraint(
                fields=("shift",), condition=Q(state__in=("offered", "accepted")), name="shift_swap_open_once"
            ),
            models.CheckConstraint(condition=Q(taker=None) | ~Q(taker=F("giver")), name="shift_swap_between_two"),
            models.CheckConstraint(
                condition=~Q(state__in=("accepted", "done")) | Q(taker__isnull=False, accepted_at__isnull=False),
                name="shift_swap_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} {self.during.lower:%Y-%m-%d %H:%M} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.OFFERED, self.State.ACCEPTED)


class OpenShift(models.Model):
    """Work that has nobody yet: a role, a time, and so many places."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="open_shifts")
    role = models.CharField(_("role"), max_length=20, choices=[(role.value, role.label) for role in DUTY_ROLES])
    during = DateTimeRangeField()
    pattern = models.ForeignKey(ShiftPattern, models.SET_NULL, null=True, blank=True, related_name="+")
    is_on_call = models.BooleanField(_("on call"), default=False)
    places = models.PositiveSmallIntegerField(
        _("places"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    published_by = models.ForeignKey("staff.User", models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("during", "pk")
        verbose_name = _("open shift")
        verbose_name_plural = _("open shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="open_shift_during_bounded",
            ),
            models.CheckConstraint(condition=Q(places__range=(1, MOST_PLACES)), name="open_shift_places"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.during.lower:%Y-%m-%d %H:%M}"

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)


class OpenShiftRequest(models.Model):
    """One person's wish for an open shift, and the shift it became."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for approval")
        GRANTED = "granted", _("Granted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    open_shift = models.ForeignKey(OpenShift, models.CASCADE, related_name="requests")
    user = models.ForeignKey("staff.User", models.CASCADE, related_name="open_shift_requests")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("staff.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("asked_at", "pk")
        verbose_name = _("request for an open shift")
        verbose_name_plural = _("requests for open shifts")
        constraints = [
            models.UniqueConstraint(
                fields=("open_shift", "user"), condition=Q(state__in=("asked", "granted")), name="open_shift_asked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.state}"


class ShiftColumns(RememberedColumns):
    site = models.OneToOneField(Site, models.CASCADE, related_name="shift_columns")
