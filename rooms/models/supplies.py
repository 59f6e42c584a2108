"""Supplies of a site: what is counted, how much of it a meeting needs, and every movement of it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.models.house import Site, code_format
from rooms.text import NamedInThreeLanguages

MOST_OF_ONE = 1_000_000
MOST_PER_HEAD = 20


class Unit(models.TextChoices):
    PIECE = "piece", pgettext_lazy("unit", "piece")
    PORTION = "portion", pgettext_lazy("unit", "portion")
    BOTTLE = "bottle", pgettext_lazy("unit", "bottle")
    CUP = "cup", pgettext_lazy("unit", "cup")
    SET = "set", pgettext_lazy("unit", "set")
    BOX = "box", pgettext_lazy("unit", "box")


class SupplyUse(models.TextChoices):
    """The service of a meeting that takes it; `NAME_PLATES` by their number, the others by head."""

    NONE = "", _("No service; only counted")
    TEA = "tea", _("tea")
    COFFEE = "coffee", _("coffee")
    WATER = "water", _("bottled water")
    STATIONERY = "stationery", _("paper and pens")
    NAME_PLATES = "name_plates", _("name plates")


class Supply(NamedInThreeLanguages):
    """Tea, coffee, bottled water, cups: how many there are is the sum of its movements and is stored nowhere else."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="supplies")
    code = models.CharField(_("code"), max_length=20, validators=[code_format])
    unit = models.CharField(_("unit"), max_length=20, choices=Unit, default=Unit.PIECE)
    use = models.CharField(_("goes with"), max_length=20, choices=SupplyUse, blank=True)
    per_head = models.PositiveSmallIntegerField(
        _("per person"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_PER_HEAD)]
    )
    # Cups are washed and stand ready for the next meeting; bottles are gone.
    is_reused = models.BooleanField(_("is washed and used again"), default=False)
    reorder_level = models.PositiveIntegerField(
        _("reorder level"), default=0, validators=[MaxValueValidator(MOST_OF_ONE)]
    )
    is_active = models.BooleanField(_("is kept"), default=True)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=("site", "code"), name="supply_code_once"),
            models.CheckConstraint(condition=Q(per_head__range=(1, MOST_PER_HEAD)), name="supply_per_head"),
            models.CheckConstraint(condition=Q(reorder_level__lte=MOST_OF_ONE), name="supply_reorder_level"),
        ]
        verbose_name = _("supply")
        verbose_name_plural = _("supplies")


class SupplyMovement(models.Model):
    """Append-only: what came, what a meeting took, and what a count found to be different."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        COUNTED = "counted", _("Counted")
        MEETING = "meeting", _("Used by a meeting")

    supply = models.ForeignKey(Supply, models.CASCADE, related_name="movements")
    kind = models.CharField(_("movement"), max_length=20, choices=Kind)
    change = models.IntegerField(_("change"))
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    # The reference of the meeting that took it.
    cause = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = [
            # However often a meeting is marked ended, it takes what it took once.
            models.UniqueConstraint(
                fields=("supply", "cause"), condition=Q(kind="meeting"), name="supply_movement_meeting_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="meeting", change__lt=0) & ~Q(cause="")
                | Q(kind="received", change__gt=0, cause="")
                | Q(kind="counted", cause=""),
                name="supply_movement_sign",
            ),
            models.CheckConstraint(
                condition=Q(change__range=(-MOST_OF_ONE, MOST_OF_ONE)), name="supply_movement_change"
            ),
        ]
        indexes = [
            # How many there are: the sum is read from the index alone.
            models.Index(fields=("supply",), include=("change",), name="supply_movement_sum"),
            models.Index(fields=("supply", "-at"), name="supply_movement_latest"),
        ]
        verbose_name = _("movement of supplies")
        verbose_name_plural = _("movements of supplies")

    def __str__(self) -> str:
        return f"{self.change:+} {self.at:%Y-%m-%d %H:%M}"
