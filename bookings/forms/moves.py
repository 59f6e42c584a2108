"""Where a block of the board was dropped: the room, the day, the times, and the version that was on the screen."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import clock_field, day_field, instant, number_field
from bookings.messages import BOOKING_MESSAGES
from bookings.models import Booking
from rooms.models import Room

HIGHEST_VERSION = 2**31 - 1


class MoveForm(forms.Form):
    room = forms.ModelChoiceField(
        queryset=Room.objects.none(),
        label=_("Room"),
        error_messages={"required": _("Please choose a room."), "invalid_choice": BOOKING_MESSAGES["unknown_room"]},
    )
    on = day_field(_("Date"))
    start = clock_field(_("From"))
    end = clock_field(_("Until"))
    version = number_field("", least=0, most=HIGHEST_VERSION)
    # The mover knows that the approval is given back.
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, booking: Booking, **options: Any) -> None:
        super().__init__(*args, **options)
        self.site = booking.site
        field: Any = self.fields["room"]
        field.queryset = Room.objects.active().filter(site=booking.site)

    @property
    def changes(self) -> dict[str, Any]:
        data = self.cleaned_data
        start, end = self._at("start"), self._at("end")
        # Midnight as the end is the one that follows.
        return {"room": data["room"], "start_at": start, "end_at": end if end > start else end + timedelta(days=1)}

    def _at(self, name: str) -> datetime:
        return instant(self.cleaned_data["on"], self.cleaned_data[name], self.site.zone)

    @property
    def faults(self) -> list[str]:
        """Every fault with the name of its field; there is no field on the board to stand beside."""
        return [
            f"{self.fields[name].label}: {error}" if name in self.fields and self.fields[name].label else str(error)
            for name, errors in self.errors.items()
            for error in errors
        ]
