"""The survey of five ratings, and what the pages of answers and figures are asked for."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.models.standard import StepRole
from feedback.figures.spans import LONGEST_DAYS, named_span
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


SPANS = (
    ("today", _("Today")),
    ("week", _("This week")),
    ("month", _("This month")),
    ("last_month", _("Last month")),
    ("own", _("Own dates")),
)
MEASURES = (
    ("ready", _("Ready on time")),
    ("in_time", _("Steps in time")),
    ("refill", _("Refill gaps kept")),
    ("clear_up", _("Clear-up in time")),
    ("missed", _("Missed steps")),
)


class Choice(forms.Select):
    def __init__(self) -> None:
        super().__init__(attrs={"class": "form-select"})


class NamedSpanForm(forms.Form):
    """A span by name or by its own first and last day."""

    span = forms.ChoiceField(label=_("Time"), choices=SPANS, widget=Choice())
    since = forms.DateField(label=_("From"), widget=DayInput(), validators=WITHIN_CALENDAR, required=False)
    until = forms.DateField(label=_("Until"), widget=DayInput(), validators=WITHIN_CALENDAR, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        span = cleaned.get("span")
        if span == "own":
            self._check_own_dates(cleaned)
        elif span:
            cleaned["since"], cleaned["until"] = named_span(span, self.today)
        return cleaned

    def _check_own_dates(self, cleaned: dict[str, Any]) -> None:
        for name in ("since", "until"):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, _("Choose a day."))
        if self.errors:
            return
        since, until = cleaned["since"], cleaned["until"]
        if since > self.today:
            self.add_error("since", _("Choose a day up to today: figures tell of what has been."))
        elif until < since:
            self.add_error("until", _("Choose a day on or after the first one."))
        elif (until - since).days >= LONGEST_DAYS:
            self.add_error("until", _("Choose at most %(days)s days.") % {"days": LONGEST_DAYS})


class FiguresForm(NamedSpanForm):
    """At most one room, item and role besides."""

    room = forms.ModelChoiceField(
        label=_("Room"), queryset=Room.objects.none(), required=False, empty_label=_("All rooms"), widget=Choice()
    )
    item = forms.ChoiceField(label=_("Standard item"), required=False, widget=Choice())
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("All roles")), *StepRole.choices], required=False, widget=Choice()
    )
    measure = forms.ChoiceField(choices=MEASURES, required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, site: Site, titles: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].queryset = site.rooms.all()
        items = [(code, f"{code} {title}") for code, title in titles.items()]
        self.fields["item"].choices = [("", _("All items")), *items]
