"""Forms of the page on which a site sets up how it decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.deciders import APPROVING
from bookings.errors import InvalidBooking
from bookings.forms.tools import ClockInput, number_field, put_faults, text_field
from bookings.models import Booking
from bookings.models.deciding import REASON_LIMIT
from bookings.policy import FIELDS
from rooms.models import Room, Site
from staff.models import User

HOUR, DAY = 60, 24 * 60


class SettingForm(forms.Form):
    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        for name in ("room", "rooms"):
            if name in self.fields:
                self.fields[name].queryset = Room.objects.active().filter(site=site)
                self.fields[name].label_from_instance = lambda room: room.label

    def put_faults(self, error: InvalidBooking) -> None:
        put_faults(self, error, {})

    def facts(self) -> dict[str, Any]:
        """The keywords of the service."""
        return dict(self.cleaned_data)


def room_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=Room.objects.none(), label=_("Room"), required=False, empty_label=_("The whole site")
    )


def clock(label: Any) -> forms.TimeField:
    messages = {"invalid": _("Please give the time like 14:30.")}
    return forms.TimeField(label=label, required=False, widget=ClockInput(), error_messages=messages)


class ApproverForm(SettingForm):
    room = room_field()
    user = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Person"),
        empty_label="",
        error_messages={"required": _("Please choose a person.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(site=self.site, is_active=True, groups__name__in=APPROVING)
        self.fields["user"].queryset = people.distinct().order_by("username")


class RuleForm(SettingForm):
    rooms = forms.ModelMultipleChoiceField(
        queryset=Room.objects.none(),
        label=_("Rooms"),
        help_text=_("None chosen: all rooms."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    most_people = number_field(_("Head count at most"), least=1, most=5000, required=False)
    host_department = text_field(_("Host department"), limit=80, required=False)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of meeting"),
        help_text=_("None chosen: all kinds."),
        choices=Booking.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class PolicyForm(SettingForm):
    room = room_field()
    longest_minutes = number_field(_("Longest meeting (minutes)"), least=5, most=DAY, required=False)
    furthest_days = number_field(_("At most so many days ahead"), least=0, most=730, required=False)
    notice_minutes = number_field(_("At least so many minutes ahead"), least=0, most=90 * DAY, required=False)
    opens_at = clock(_("Not before"))
    closes_at = clock(_("Not after"))

    def facts(self) -> dict[str, Any]:
        return {"room": self.cleaned_data["room"], "bounds": {name: self.cleaned_data[name] for name in FIELDS}}


class CommonReasonForm(SettingForm):
    text_zh_hans = text_field(_("In Simplified Chinese"), limit=REASON_LIMIT)
    text_zh_hant = text_field(_("In Traditional Chinese"), limit=REASON_LIMIT, required=False)
    text_en = text_field(_("In English"), limit=REASON_LIMIT, required=False)

    def facts(self) -> dict[str, Any]:
        return {"texts": self.cleaned_data}
