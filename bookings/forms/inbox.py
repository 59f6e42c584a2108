"""What the inbox is asked to show."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import DayInput
from bookings.selectors.inbox import InboxWish
from rooms.dates import WITHIN_CALENDAR
from rooms.models import Room, Site
from rooms.selectors import sites_visible_to
from rooms.text import NAMES as ROOM_NAMES
from staff.models import User

SHOWN_CHOICES = (
    ("", _("Everything")),
    ("mine", _("Mine to decide")),
    ("due", _("Overdue: not read at the last look-time")),
    ("conflicts", _("With a conflict")),
    ("exceptions", _("Requests for exception")),
    ("line", _("On the waiting list")),
)
# Not `room`: that is the room which an address offers.
NAMES = ("site", "show", "in_room", "since", "until")


def day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput(), validators=WITHIN_CALENDAR)


class InboxFilterForm(forms.Form):
    """Wrong parts of an address are passed over: the inbox is shown all the same."""

    site = forms.ModelChoiceField(queryset=Site.objects.none(), to_field_name="code", label=_("Site"), required=False)
    show = forms.ChoiceField(choices=SHOWN_CHOICES, label=_("Show"), required=False)
    in_room = forms.ModelChoiceField(
        queryset=Room.objects.none(), label=_("Room"), required=False, empty_label=_("All rooms")
    )
    since = day_field(_("Meetings from"))
    until = day_field(_("Meetings until"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sites = sites_visible_to(user)
        self.fields["site"].queryset = Site.objects.filter(pk__in=[site.pk for site in self.sites])
        self.fields["in_room"].queryset = Room.objects.filter(site__in=self.sites).order_by("site", "position", "code")
        self.fields["in_room"].label_from_instance = lambda room: room.label
        if len(self.sites) < 2:
            del self.fields["site"]

    @property
    def rooms(self) -> QuerySet[Room]:
        """Those to choose from, without what is not said of them in a list."""
        return self.fields["in_room"].queryset.only("code", "site_id", "is_active", *ROOM_NAMES)

    def list_rooms(self, rooms: Iterable[Room]) -> None:
        """From here on the list is made of these, which are `rooms` read already."""
        choices = [(room.pk, room.label) for room in rooms]
        self.fields["in_room"].choices = [("", self.fields["in_room"].empty_label), *choices]

    @property
    def wish(self) -> InboxWish:
        self.is_valid()
        data = self.cleaned_data
        return InboxWish(
            site=data.get("site"),
            room=data.get("in_room"),
            first_on=data.get("since"),
            last_on=data.get("until"),
            show=data.get("show", ""),
        )

    @property
    def query(self) -> str:
        """What of the address chooses, so that every link and form of the page carries it on."""
        self.is_valid()
        chosen = {name: self.data[name] for name in NAMES if self.cleaned_data.get(name) and name in self.data}
        return urlencode(chosen)
