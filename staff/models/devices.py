"""What every device has that opens pages without a person's sign-in."""

from django.db import models

from staff.models.people import User


class KeyedDevice(models.Model):
    """Known by a key of its own, of which only the digest is stored; shut out by somebody, or in use."""

    digest = models.CharField(max_length=64, unique=True)
    last_seen_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
