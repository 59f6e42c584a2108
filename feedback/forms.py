"""The survey of five ratings, and the manager's filter."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import RATINGS, SurveyAnswer
from rooms.dates import WITHIN_CALENDAR
from rooms.models import Room, Site

SCALE = ((5, _("Very good")), (4, _("Good")), (3, _("Fair")), (2, _("Poor")), (1, _("Very poor")))
LONGEST_SPAN = timedelta(days=366)


class SurveyForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in RATINGS:
            field = SurveyAnswer._meta.get_field(name)
            self.fields[name] = forms.TypedChoiceField(
                label=field.verbose_name,
                choices=SCALE,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Please choose one.")},
            )
        self.fields["text"] = forms.CharField(
            label=SurveyAnswer._meta.get_field("text").verbose_name,
            max_length=1000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        )

    def ratings(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in RATINGS}


class DayInput(forms.DateInput):
    """The browser's own day picker, which wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-control"}, format="%Y-%m-%d")


class SpanForm(forms.Form):
    """From and until (both included), and a room or all."""

    since = forms.DateField(label=_("From"), widget=DayInput(), validators=WITHIN_CALENDAR)
    until = forms.DateField(label=_("Until"), widget=DayInput(), validators=WITHIN_CALENDAR)
    room = forms.ModelChoiceField(
        label=_("Room"),
        queryset=Room.objects.none(),
        required=False,
        empty_label=_("All rooms"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = site.rooms.all()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until:
            self._check_span(since, until)
        return cleaned

    def _check_span(self, since: date, until: date) -> None:
        if until < since:
            self.add_error("until", _("Choose a day on or after the first one."))
        elif until - since > LONGEST_SPAN:
            self.add_error("until", _("Choose at most one year."))
