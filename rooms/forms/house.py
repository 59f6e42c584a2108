"""Input of the pages of rooms and sites."""

from datetime import time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from rooms.dates import WITHIN_CALENDAR, format_weekday
from rooms.errors import RoomsError
from rooms.messages import ROOMS_MESSAGES
from rooms.models import AccessKind, CalendarException, EquipmentKind, LayoutKind, Room, RoomLayout, Site
from rooms.permissions import ADMINISTRATOR, Person
from rooms.photos import clean_photo
from rooms.selectors import RoomFilter, parts_of
from rooms.services import LayoutRow
from rooms.services.rooms import FIELDS, PICTURES
from rooms.workcal import Period

NAME_LABELS = {
    "name_zh_hans": _("Name in Simplified Chinese"),
    "name_zh_hant": _("Name in Traditional Chinese"),
    "name_en": _("Name in English"),
}
PERIODS = ("morning", "afternoon")


def row_of(*names: str, width: str = "col-sm-6") -> Div:
    return Div(*(Field(name, wrapper_class=width) for name in names), css_class="row")


def bare_helper(*layout: Any) -> FormHelper:
    """The fields only: each template has its own form tag and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    if layout:
        helper.layout = Layout(*layout)
    return helper


class RoomSearchForm(forms.Form):
    q = forms.CharField(required=False, max_length=60)
    people = forms.IntegerField(required=False, min_value=1, max_value=30000)
    layout = forms.ChoiceField(required=False, choices=[("", _("Any layout")), *LayoutKind.choices])
    equipment = forms.MultipleChoiceField(required=False, choices=EquipmentKind.choices)
    access = forms.MultipleChoiceField(required=False, choices=AccessKind.choices)

    @property
    def wanted(self) -> RoomFilter:
        """What was asked for, without what cannot be."""
        self.is_valid()
        data = self.cleaned_data
        return RoomFilter(
            text=data.get("q", ""),
            people=data.get("people"),
            layout=data.get("layout", ""),
            equipment=tuple(data.get("equipment", ())),
            access=tuple(data.get("access", ())),
        )


def picture_field(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG or WebP, up to 8 MB."),
    )


class RoomsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, room: Room) -> str:
        return room.label


class RoomForm(forms.ModelForm):
    parts = RoomsField(
        label=_("Divides into"),
        queryset=Room.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For a hall with a movable wall: while the hall is taken its parts are, and the other way round."),
    )
    new_photo = picture_field(_("Photo"))
    removes_photo = forms.BooleanField(label=_("Remove the photo"), required=False)
    new_floor_plan = picture_field(_("Floor plan"))
    removes_floor_plan = forms.BooleanField(label=_("Remove the floor plan"), required=False)
    access = forms.MultipleChoiceField(
        label=_("Accessibility"), choices=AccessKind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Room
        fields = FIELDS
        labels = NAME_LABELS
        widgets = {"notes": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "building": _("Only where the site has several; written alike for all rooms of one."),
            "standing_layout": _("How the tables stand when nobody asks for anything else."),
            "position": _("Smaller numbers stand higher."),
            "way": _("Shown as an arrow on the screen in the lobby."),
            "access_notes": _("What else someone should know, such as the way to the lift."),
        }

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.site = site
        self.fields["parts"].queryset = Room.objects.filter(site=site).exclude(pk=self.instance.pk)
        if self.instance.pk:
            self.fields["parts"].initial = parts_of(self.instance)
        for name in PICTURES:
            if not getattr(self.instance, name):
                del self.fields[f"removes_{name}"]
        self.cleaned_pictures: dict[str, ContentFile] = {}
        self.helper = bare_helper(*self._layout())

    def _layout(self) -> list[Any]:
        names = [name for each in PICTURES for name in (f"new_{each}", f"removes_{each}")]
        pictures = [name for name in names if name in self.fields]
        return [
            Fieldset(
                str(_("What it is called")),
                row_of("code", "building", "floor", "position", width="col-sm-3"),
                row_of(*NAME_LABELS, width="col-md-4"),
            ),
            Fieldset(
                str(_("What it is like")),
                "standing_layout",
                Div("has_movable_tables", "allows_smoking", "is_active", css_class="checks"),
                "notes",
                *pictures,
            ),
            Fieldset(str(_("Who can get there, and how")), "access", "access_notes", row_of("way", "way_notes")),
            Fieldset(str(_("Dividing wall")), Field("parts", css_class="part-choice")),
        ]

    def clean_new_photo(self) -> Any:
        return self._clean_picture("photo")

    def clean_new_floor_plan(self) -> Any:
        return self._clean_picture("floor_plan")

    def _clean_picture(self, name: str) -> Any:
        upload = self.cleaned_data[f"new_{name}"]
        if upload:
            try:
                self.cleaned_pictures[name] = clean_photo(upload, upload.size)
            except RoomsError as exc:
                raise forms.ValidationError(ROOMS_MESSAGES[exc.code], code=exc.code) from exc
        return upload

    @property
    def facts(self) -> dict[str, Any]:
        """The keywords of the service, but for layouts and equipment."""
        fields = {name: self.cleaned_data[name] for name in self.Meta.fields}
        gone = {name: None for name in PICTURES if self.cleaned_data.get(f"removes_{name}")}
        pictures = gone | self.cleaned_pictures
        return {"fields": fields, "parts": list(self.cleaned_data["parts"]), "pictures": pictures}


class LayoutRowForm(forms.Form):
    """One layout; without a capacity the room is not set up that way."""

    layout = forms.ChoiceField(choices=LayoutKind.choices, widget=forms.HiddenInput)
    capacity = forms.IntegerField(label=_("capacity"), required=False, min_value=1, max_value=30000)
    setup_minutes = forms.IntegerField(label=_("set-up minutes"), required=False, min_value=0, max_value=1440)
    teardown_minutes = forms.IntegerField(label=_("tear-down minutes"), required=False, min_value=0, max_value=1440)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("capacity", "setup_minutes", "teardown_minutes"):
            self.fields[name].widget.attrs |= {"class": "form-control num", "inputmode": "numeric"}

    @property
    def kind(self) -> LayoutKind:
        """The layout of the row; a made-up one is shown as the first, with its fault."""
        value = self["layout"].value()
        return LayoutKind(value) if value in LayoutKind.values else next(iter(LayoutKind))


class BaseLayoutFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        kinds = [form.cleaned_data["layout"] for form in self.forms]
        if len(set(kinds)) != len(kinds):
            raise forms.ValidationError(_("A layout is named twice."), code="layout_twice")

    @property
    def rows(self) -> list[LayoutRow]:
        filled = (form.cleaned_data for form in self.forms if form.cleaned_data["capacity"])
        return [
            LayoutRow(data["layout"], data["capacity"], data["setup_minutes"] or 0, data["teardown_minutes"] or 0)
            for data in filled
        ]


LayoutFormSet = forms.formset_factory(
    LayoutRowForm,
    formset=BaseLayoutFormSet,
    extra=0,
    max_num=len(LayoutKind),
    validate_max=True,
    absolute_max=len(LayoutKind),
)


def layout_initial(room: Room | None) -> list[dict[str, Any]]:
    known = {each.layout: each for each in room.layouts.all()} if room else {}
    return [layout_values(kind, known.get(kind)) for kind in LayoutKind]


def layout_values(kind: LayoutKind, row: RoomLayout | None) -> dict[str, Any]:
    values = {name: getattr(row, name, None) for name in ("capacity", "setup_minutes", "teardown_minutes")}
    return {"layout": kind.value} | values


class EquipmentForm(forms.Form):
    """A quantity for each kind; none or 0 means that there is none."""

    def __init__(self, *args: Any, room: Room | None, **kwargs: Any) -> None:
        super().__init__(*args, prefix="equipment", **kwargs)
        held = {each.kind: each.quantity for each in room.equipment.all()} if room else {}
        for kind in EquipmentKind:
            self.fields[kind.value] = forms.IntegerField(
                label=kind.label, required=False, min_value=0, max_value=999, initial=held.get(kind)
            )
        self.helper = bare_helper(row_of(*(kind.value for kind in EquipmentKind), width="col-6 col-md-4"))

    @property
    def quantities(self) -> dict[str, int]:
        return {kind: quantity for kind, quantity in self.cleaned_data.items() if quantity}


class SiteForm(forms.ModelForm):
    """A site with its weekly hours: two stretches a day, the break between them."""

    class Meta:
        model = Site
        fields = (
            "code",
            "name_zh_hans",
            "name_zh_hant",
            "name_en",
            "time_zone",
            "holiday_calendar",
            "on_post_at",
            "allows_self_approval",
            "door_acts",
            "no_show_minutes",
            "tablet_idle_minutes",
        )
        labels = NAME_LABELS
        widgets = {"on_post_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}
        help_texts = {
            "no_show_minutes": _(
                "Counted from the start of a meeting nobody checked in to; empty: never. "
                "The applicant is warned five minutes before."
            ),
            "tablet_idle_minutes": _("Without a touch for so long, it asks for the next person's PIN."),
        }

    def __init__(self, *args: Any, actor: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not actor.has_role(ADMINISTRATOR):
            # Who decides on requests must not lift the rule that they decide on no request of their own.
            del self.fields["allows_self_approval"]
        self.fields["tablet_idle_minutes"].required = False
        self._add_hours()
        rules = ["allows_self_approval"] if "allows_self_approval" in self.fields else []
        self.helper = bare_helper(
            row_of("code", "time_zone", "holiday_calendar", width="col-sm-4"),
            row_of(*NAME_LABELS, width="col-md-4"),
            row_of("on_post_at", width="col-sm-4"),
            row_of("door_acts", "no_show_minutes"),
            row_of("tablet_idle_minutes"),
            *rules,
        )

    def _add_hours(self) -> None:
        held: dict[int, list[Period]] = {weekday: [] for weekday in range(7)}
        for each in self.instance.working_periods.all() if self.instance.pk else ():
            held[each.weekday].append((each.starts_at, each.ends_at))
        for weekday, periods in held.items():
            for number, period in enumerate(PERIODS):
                known = periods[number] if number < len(periods) else (None, None)
                for edge, value in zip(("from", "until"), known, strict=True):
                    self.fields[f"{period}_{edge}_{weekday}"] = hour_field(f"{period}_{edge}", weekday, value)

    @property
    def weekdays(self) -> list[dict[str, Any]]:
        """The fields of each weekday, for the template."""
        names = [f"{period}_{edge}" for period in PERIODS for edge in ("from", "until")]
        return [{"number": weekday, "fields": [self[f"{name}_{weekday}"] for name in names]} for weekday in range(7)]

    def clean_tablet_idle_minutes(self) -> int:
        """Left empty it stays as it is."""
        given: int | None = self.cleaned_data["tablet_idle_minutes"]
        return self.instance.tablet_idle_minutes if given is None else given

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for weekday in range(7):
            for period in PERIODS:
                first, last = (data.get(f"{period}_{edge}_{weekday}") for edge in ("from", "until"))
                if bool(first is None) != bool(last is None):
                    self.add_error(f"{period}_until_{weekday}", _("Give both times, or none."))
        return data

    @property
    def hours(self) -> dict[int, list[Period]]:
        return {weekday: self._periods(weekday) for weekday in range(7)}

    def _periods(self, weekday: int) -> list[Period]:
        data = self.cleaned_data
        pairs = [(data[f"{period}_from_{weekday}"], data[f"{period}_until_{weekday}"]) for period in PERIODS]
        return [pair for pair in pairs if pair[0] is not None]

    @property
    def site_fields(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data}


HOUR_LABELS = {
    "morning_from": _("first stretch from"),
    "morning_until": _("first stretch until"),
    "afternoon_from": _("second stretch from"),
    "afternoon_until": _("second stretch until"),
}


def hour_field(name: str, weekday: int, value: time | None) -> forms.TimeField:
    label = f"{format_weekday(weekday)} {HOUR_LABELS[name]}"
    attrs = {"type": "time", "class": "form-control", "aria-label": label}
    return forms.TimeField(
        label=label, required=False, initial=value, widget=forms.TimeInput(attrs=attrs, format="%H:%M")
    )


class ExceptionForm(forms.ModelForm):
    is_working = forms.TypedChoiceField(
        label=_("This day"),
        choices=[("no", _("is off")), ("yes", _("works"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )

    class Meta:
        model = CalendarException
        fields = ("on", "is_working", "name_zh_hans", "name_zh_hant", "name_en")
        labels = NAME_LABELS
        widgets = {"on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].validators = [*self.fields["on"].validators, *WITHIN_CALENDAR]
        self.helper = bare_helper("on", Field("is_working", css_class="inline-choice"), *NAME_LABELS)

    @property
    def facts(self) -> dict[str, Any]:
        names = {name: self.cleaned_data[name] for name in NAME_LABELS}
        return {"on": self.cleaned_data["on"], "is_working": self.cleaned_data["is_working"], "names": names}
