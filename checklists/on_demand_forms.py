"""What is typed and tapped about wishes, notes and incidents, cleaned."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from checklists.messages import TICK_MESSAGES
from checklists.models import Incident, PassedNote, Wish
from rooms.dates import WITHIN_CALENDAR
from rooms.models import Room, Site

CALL_WORDS = 100


def area(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


def line(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"} | attrs)


def put_faults(form: forms.Form, errors: dict[str, list[str]]) -> None:
    """The service's codes beside the fields they are about."""
    for name, codes in errors.items():
        form.add_error(name if name in form.fields else None, [TICK_MESSAGES[code] for code in codes])


class WishForm(forms.Form):
    kind = forms.ChoiceField(choices=Wish.Kind.choices, label=_("Wish"))
    text = forms.CharField(max_length=300, required=False, label=pgettext_lazy("wish", "In words"), widget=line())


class NoteForm(forms.ModelForm):
    class Meta:
        model = PassedNote
        fields = ("sender", "recipient", "remark")
        labels = {
            "sender": pgettext_lazy("note", "From"),
            "recipient": pgettext_lazy("note", "For"),
            "remark": _("How to pass it"),
        }
        widgets = {"sender": line(), "recipient": line(), "remark": line()}


class NoteActForm(forms.Form):
    """One tap on the way of a note; the answer in words is optional."""

    act = forms.ChoiceField(
        choices=[
            ("passed", _("Passed in")),
            ("sender_told", _("Told outside")),
            ("recipient_told", _("Told inside")),
            ("no_answer", _("No answer wanted")),
        ]
    )
    answer = forms.CharField(max_length=300, required=False, label=_("Answer"), widget=line())


class IncidentForm(forms.Form):
    kind = forms.ChoiceField(choices=Incident.Kind.choices, label=_("What is it?"), widget=forms.RadioSelect)
    gravity = forms.TypedChoiceField(
        choices=Incident.Gravity.choices, coerce=int, empty_value=None, required=False, label=_("How grave?"),
        widget=forms.RadioSelect, help_text=_("Not chosen: as usual for its kind."),
    )  # fmt: skip
    room = forms.ModelChoiceField(
        Room.objects.none(), required=False, label=_("Room"), empty_label=_("No room"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip
    device = forms.CharField(max_length=80, required=False, label=_("Device"), widget=line())
    text = forms.CharField(
        max_length=500, required=False, label=pgettext_lazy("incident", "What happened"), widget=area()
    )
    told = forms.CharField(max_length=300, required=False, label=_("Who was told"), widget=line())
    done = forms.CharField(max_length=1000, required=False, label=_("What was done"), widget=area())

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = Room.objects.active().filter(site=site)


class AddForm(forms.Form):
    told = forms.CharField(max_length=300, required=False, label=_("Who was told"), widget=line())
    done = forms.CharField(max_length=1000, required=False, label=_("What was done"), widget=area())
    text = forms.CharField(max_length=500, required=False, label=_("What else is known"), widget=area())
    gravity = forms.TypedChoiceField(
        choices=[("", _("Unchanged")), *Incident.Gravity.choices], coerce=int, empty_value=None, required=False,
        label=_("How grave?"), widget=forms.Select(attrs={"class": "form-select"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            raise ValidationError(_("Please fill in at least one field."))
        return data


class EndForm(forms.Form):
    """Over now, or at the time given on the site's clock."""

    over_at = forms.DateTimeField(
        required=False, label=_("Over at"), help_text=_("Empty: now."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    done = forms.CharField(max_length=1000, required=False, label=_("What was done"), widget=area())

    def clean_over_at(self) -> datetime | None:
        at = self.cleaned_data["over_at"]
        if at:
            for check in WITHIN_CALENDAR:
                check(at.date())
        return at


class IncidentFilterForm(forms.Form):
    """What the list of incidents is asked for."""

    state = forms.ChoiceField(choices=[("open", _("Open ones")), ("all", _("All"))], required=False, label=_("State"))
    kind = forms.ChoiceField(choices=[("", _("All")), *Incident.Kind.choices], required=False, label=_("Kind"))
    room = forms.ModelChoiceField(
        Room.objects.none(), required=False, label=_("Room"), empty_label=_("All"), to_field_name="code"
    )
    day = forms.DateField(
        required=False, label=_("Day"), validators=WITHIN_CALENDAR,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = Room.objects.filter(site=site)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"


class CallForm(forms.Form):
    """One tap by a guest."""

    kind = forms.ChoiceField(choices=[])
    text = forms.CharField(max_length=CALL_WORDS, required=False, widget=line())

    def __init__(self, *args: Any, kinds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds
