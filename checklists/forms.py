"""What the pages of this app send, cleaned."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from checklists.evidence import DEVICE_LONGEST
from checklists.models import Incident, TabletEvent
from checklists.picture_forms import PictureForm
from rooms.dates import WITHIN_CALENDAR, moment_in
from rooms.forms.moments import InstantField, MomentField
from rooms.models import Site
from staff.models import User
from staff.roles import DUTY_ROLES

# A century in milliseconds: a tablet whose battery was empty may begin with 1970, or worse.
CLOCK_FURTHEST = 100 * 365 * 24 * 3600 * 1000


class RundownForm(forms.Form):
    date = forms.DateField(label=_("Date"), validators=WITHIN_CALENDAR)
    site = forms.CharField(label=_("Site"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)
    # A box that is not ticked sends nothing, and so does an address without it: "no" must be said.
    habits = forms.ChoiceField(label=_("Guests' habits"), choices=[("yes", _("Yes")), ("no", _("No"))], required=False)

    def clean_habits(self) -> bool:
        return self.cleaned_data["habits"] != "no"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["language"] = data.get("language") or self.initial.get("language")
        return data


class TickForm(PictureForm):
    """One tap. The result's fields are checked by the service against what the step asks."""

    op = forms.UUIDField()
    wanted = forms.ChoiceField(choices=[("done", _("Done")), ("open", pgettext_lazy("step", "Open"))])
    # Kept for display only: a device with a broken clock must still be able to tick.
    device_at = forms.CharField(max_length=40, required=False)
    ok = forms.ChoiceField(choices=[("yes", _("OK")), ("no", _("Not ok"))], required=False)
    value = forms.DecimalField(max_digits=8, decimal_places=2, required=False, label=_("Value"))
    note = forms.CharField(max_length=500, required=False, label=_("Note"))
    gravity = forms.TypedChoiceField(choices=Incident.Gravity.choices, coerce=int, empty_value=None, required=False)
    device = forms.CharField(max_length=DEVICE_LONGEST, required=False, label=_("Device"))

    @property
    def sent_op(self) -> UUID | None:
        return self.cleaned_data.get("op")

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "op": data["op"],
            "wanted": data["wanted"],
            "result": self.result(),
            "note": data["note"],
            "device_at": moment_in(data["device_at"]),
        }

    def result(self) -> dict[str, Any]:
        data, result = self.cleaned_data, {}
        if data["ok"]:
            result["ok"] = data["ok"] == "yes"
        if data["value"] is not None:
            value = data["value"]
            result["value"] = int(value) if value == int(value) else float(value)
        return result | self.fault(is_ok=result.get("ok"))

    def proved(self, picture: UUID | None) -> dict[str, Any]:
        """The result with its picture; a name typed in its place counts where there is none."""
        name = self.cleaned_data["signed_name"]
        return self.result() | ({"file": str(picture)} if picture else {"signed_name": name} if name else {})

    def fault(self, *, is_ok: bool | None) -> dict[str, Any]:
        """The choices stand in the form whether or not something is wrong; with ok they mean nothing."""
        given = {name: self.cleaned_data[name] for name in ("gravity", "device")}
        return {} if is_ok else {name: value for name, value in given.items() if value}


class EventForm(forms.Form):
    """The frame of one event from a tablet; what was typed travels beside it, for the form of its kind."""

    op = forms.UUIDField()
    kind = forms.ChoiceField(choices=TabletEvent.Kind.choices)
    device = forms.UUIDField()
    sequence = forms.IntegerField(min_value=0, max_value=2**53)
    at = MomentField(max_length=40, required=False)
    # To be added to the tablet's clock to come to the server's, where the tablet has measured it.
    offset_ms = forms.IntegerField(min_value=-CLOCK_FURTHEST, max_value=CLOCK_FURTHEST, required=False)
    step = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    # The round so many after the step's: its own row was not yet made when the page was given out.
    rounds_on = forms.IntegerField(min_value=0, max_value=500, required=False)
    booking = forms.SlugField(max_length=40, required=False)
    seen = forms.UUIDField(required=False)
    shown_room = forms.CharField(max_length=20, required=False)
    shown_start = MomentField(max_length=40, required=False)


class SkipForm(forms.Form):
    reason = forms.CharField(max_length=500, label=_("Reason"))


class ExtendForm(forms.Form):
    end = InstantField()


class AssignForm(forms.Form):
    user = forms.ModelChoiceField(User.objects.none(), label=_("Person"))
    role = forms.ChoiceField(choices=[(role.value, role.label) for role in DUTY_ROLES], label=_("Role"))

    def __init__(self, *args: Any, site: Site | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(site=site, is_active=True)
