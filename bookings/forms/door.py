"""Input at the doors of rooms, and of the page that sets up their screens."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import text_field
from bookings.messages import BOOKING_MESSAGES
from bookings.services.doors import NAME_LIMIT, Act
from rooms.forms.moments import MomentField
from rooms.models import Room, Site


class DoorForm(forms.Form):
    """What a button at a door asks for; `end` is the wanted end, so that a second tap extends nothing further."""

    act = forms.ChoiceField(choices=[(act.value, act.value) for act in Act])
    ref = forms.CharField(max_length=20)
    end = MomentField(required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        return {"act": Act(self.cleaned_data["act"]), "end": self.cleaned_data["end"]}


class RoomOrLobbyField(forms.ModelChoiceField):
    def label_from_instance(self, room: Room) -> str:
        return room.label


class ScreenForm(forms.Form):
    room = RoomOrLobbyField(
        queryset=Room.objects.none(),
        label=_("Where it hangs"),
        required=False,
        empty_label=_("In the lobby: all rooms"),
        error_messages={"invalid_choice": BOOKING_MESSAGES["unknown_room"]},
    )
    name = text_field(_("Name of the screen"), limit=NAME_LIMIT)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = Room.objects.filter(site=site)
