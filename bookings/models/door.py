"""A screen that shows rooms without an account: at a room's door, or for a whole site in the lobby."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.models import Room, Site
from staff.models import KeyedDevice, User


class DoorDevice(KeyedDevice):
    """Without a room it is the lobby's."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="door_devices")
    room = models.ForeignKey(Room, models.CASCADE, null=True, related_name="door_devices", verbose_name=_("room"))
    name = models.CharField(_("name of the screen"), max_length=60)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("room__position", "room__code", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revoked_at=None, revoked_by=None)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="door_device_revoked_by_someone",
            )
        ]
        verbose_name = _("screen")
        verbose_name_plural = _("screens")

    def __str__(self) -> str:
        return self.name
