"""Tablets that many hands share: enrolled by a code, known by a key of their own, opened by a person's PIN."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from rooms.models import Site
from staff.models.devices import KeyedDevice
from staff.models.people import User


class SharedTablet(KeyedDevice):
    """Its key is in a cookie of its own."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="tablets")
    name = models.CharField(pgettext_lazy("of a thing", "Name"), max_length=60)
    place = models.CharField(_("where it is kept"), max_length=60, blank=True)
    enrolled_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField()

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="shared_tablet_revoked_by_someone",
            )
        ]
        verbose_name = _("shared tablet")
        verbose_name_plural = _("shared tablets")

    def __str__(self) -> str:
        return self.name


class TabletCode(models.Model):
    """What makes one tablet of a site, once and for a few minutes."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tablet = models.OneToOneField(SharedTablet, models.CASCADE, null=True, related_name="code")

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} {self.created_at:%Y-%m-%d %H:%M}"


class Pin(models.Model):
    """A person's PIN for shared tablets, as a slow hash; one given by a manager serves to choose one's own."""

    user = models.OneToOneField(User, models.CASCADE, related_name="pin")
    encoded = models.CharField(max_length=128)
    set_at = models.DateTimeField()
    # Only of one that was given, and must be changed.
    expires_at = models.DateTimeField(null=True)
    # The last wrong tries at any tablet, oldest first; and since when there were too many, for a manager to see.
    wrong_at = ArrayField(models.DateTimeField(), default=list)
    shut_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"

    @property
    def must_change(self) -> bool:
        return self.expires_at is not None


class PinTries(models.Model):
    """How often somebody failed at one tablet with one person's PIN, and until when that stays shut."""

    user = models.ForeignKey(User, models.CASCADE, related_name="pin_tries")
    tablet = models.ForeignKey(SharedTablet, models.CASCADE, related_name="pin_tries")
    failed = models.PositiveSmallIntegerField(default=0)
    # How many times in a row it was shut: each is longer.
    locks = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("tablet", "user")
        constraints = [models.UniqueConstraint(fields=("user", "tablet"), name="pin_tries_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.tablet}"
