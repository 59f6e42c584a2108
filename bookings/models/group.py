"""Several rooms asked for in one request."""

from django.db import models


class BookingGroup(models.Model):
    """Bookings made together, the main room first: sent, decided and moved all or none. Who is in it never changes."""

    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"
