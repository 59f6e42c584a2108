"""The sample meeting a standard is shown around, chosen in a form that is only ever read."""

from dataclasses import fields
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from checklists.selectors.words import service_heading
from checklists.standard_sample import FLAGS, NON_WORKING, WORKING, Choices
from rooms.models import EquipmentKind, LayoutKind

SERVICES = ("tea", "coffee", "water", "fruit", "flowers", "stationery", "materials", "sign_in")
LENGTHS = (30, 45, 60, 90, 120, 180, 240, 480)
# Sent with every choice, since a box that is not ticked sends nothing.
CHOSEN = "chosen"
PRESETS = (
    (_("Small meeting with tea"), {"headcount": 8, "minutes": 60, "services": ["tea"]}),
    (
        _("80 people with foreign guests"),
        {
            "headcount": 80,
            "minutes": 120,
            "layout": "theatre",
            "services": ["tea", "coffee", "water", "flowers", "sign_in", "stationery", "materials"],
            "equipment": ["projector", "microphone", "sound"],
            "guests": ["foreign", "important", "smokes"],
            "room": ["movable", "smoking"],
            "name_plates": 12,
            "flags": 2,
            "microphones": 4,
            "agenda": 3,
        },
    ),
    (
        _("Ends after closing time"),
        {"headcount": 24, "start": "16:30", "minutes": 120, "services": ["tea", "water"], "equipment": ["projector"]},
    ),
    (_("On a weekend"), {"headcount": 16, "day": NON_WORKING, "start": "09:30", "services": ["tea", "water"]}),
)


class SampleForm(forms.Form):
    day = forms.ChoiceField(
        label=_("Day"), choices=[(WORKING, _("Working day")), (NON_WORKING, _("Weekend or holiday"))]
    )
    start = forms.TimeField(label=_("Start"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.TypedChoiceField(
        label=_("Length"), coerce=int, choices=[(length, f"{length // 60}:{length % 60:02}") for length in LENGTHS]
    )
    headcount = forms.IntegerField(label=_("People"), min_value=1, max_value=3000)
    layout = forms.ChoiceField(label=_("Layout"), choices=LayoutKind.choices)
    kind = forms.ChoiceField(label=_("Kind of meeting"), choices=Booking.Kind.choices)
    secrecy = forms.ChoiceField(label=_("Secrecy class"), choices=Booking.Secrecy.choices)
    name_plates = forms.IntegerField(label=_("Name plates"), min_value=0, max_value=300)
    flags = forms.IntegerField(label=_("Flags"), min_value=0, max_value=len(FLAGS))
    microphones = forms.IntegerField(label=_("Microphones"), min_value=0, max_value=99)
    agenda = forms.IntegerField(label=_("Agenda items"), min_value=0, max_value=12)
    services = forms.MultipleChoiceField(
        label=_("Services"), required=False, choices=[], widget=forms.CheckboxSelectMultiple
    )
    equipment = forms.MultipleChoiceField(
        label=_("Equipment"), required=False, choices=EquipmentKind.choices, widget=forms.CheckboxSelectMultiple
    )
    guests = forms.MultipleChoiceField(
        label=_("Guests"),
        required=False,
        choices=[
            ("foreign", _("Foreign guests")),
            ("important", _("Important guest")),
            ("smokes", _("Important guest who smokes")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    room = forms.MultipleChoiceField(
        label=_("Room"),
        required=False,
        choices=[("movable", _("Tables can be moved")), ("smoking", _("Smoking allowed"))],
        widget=forms.CheckboxSelectMultiple,
    )
    trouble = forms.MultipleChoiceField(
        label=_("What went wrong"),
        required=False,
        choices=[("incident", _("An incident")), ("complaint", _("A complaint"))],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = [(name, service_heading(name)) for name in SERVICES]
        for name in ("day", "minutes", "layout", "kind", "secrecy"):
            self.fields[name].widget.attrs["class"] = "form-select form-select-sm"
        for name in ("start", "headcount", "name_plates", "flags", "microphones", "agenda"):
            self.fields[name].widget.attrs["class"] = "form-control form-control-sm"

    def choices(self) -> Choices:
        """What was asked; a field that cannot be read stands at its usual value, and says so beside it."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        sets = {name: frozenset(given[name]) for name in ("services", "guests", "room", "trouble") if name in given}
        lists = {"equipment": tuple(given["equipment"])} if "equipment" in given else {}
        return Choices(**(given | sets | lists))


def sample_form(asked: QueryDict) -> SampleForm:
    """Bound to what was asked, else to the usual sample."""
    return SampleForm(asked if CHOSEN in asked else usual())


def usual(**others: Any) -> dict[str, Any]:
    """The usual sample as the form sends it, with what a preset asks instead."""
    plain = Choices()
    data: dict[str, Any] = {field.name: getattr(plain, field.name) for field in fields(Choices)}
    return {name: sent(value) for name, value in (data | others).items()}


def sent(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return sorted(value) if isinstance(value, frozenset | tuple) else value


def presets() -> list[tuple[str, str]]:
    """Title and query of each ready-made sample."""
    return [(str(title), query_of(usual(**others))) for title, others in PRESETS]


def query_of(data: dict[str, Any]) -> str:
    query = QueryDict(mutable=True)
    query[CHOSEN] = "1"
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query.urlencode()
