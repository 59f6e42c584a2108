"""Widgets and conversions that several forms share."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from bookings.errors import InvalidBooking
from bookings.messages import BOOKING_MESSAGES, error_texts
from rooms.dates import WITHIN_CALENDAR

NEEDED = {"required": BOOKING_MESSAGES["required"]}


def _too_long(limit: int) -> str:
    return str(BOOKING_MESSAGES["too_long"]) % {"limit": limit}


# In the reader's language, not in the one of whoever first loads the form.
too_long = lazy(_too_long, str)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"step": 300, **attrs}, format="%H:%M")


def day_field(label: Any, **options: Any) -> forms.DateField:
    messages = {**NEEDED, "invalid": _("Please give the date like 2026-11-23.")}
    return forms.DateField(
        label=label, widget=DayInput(), error_messages=messages, validators=WITHIN_CALENDAR, **options
    )


def clock_field(label: Any, **options: Any) -> forms.TimeField:
    messages = {**NEEDED, "invalid": _("Please give the time like 14:30.")}
    return forms.TimeField(label=label, widget=ClockInput(), error_messages=messages, **options)


def number_field(label: Any, *, least: int, most: int, **options: Any) -> forms.IntegerField:
    messages = {
        **NEEDED,
        "invalid": _("Please give a whole number."),
        "min_value": _("At least %(limit_value)s."),
        "max_value": _("At most %(limit_value)s."),
    }
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "form-control"})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=widget, error_messages=messages, **options
    )


def text_field(label: Any, *, limit: int, **options: Any) -> forms.CharField:
    messages = {**NEEDED, "max_length": too_long(limit)}
    return forms.CharField(label=label, max_length=limit, error_messages=messages, **options)


def long_text_field(label: Any, *, limit: int, rows: int = 3, **options: Any) -> forms.CharField:
    return text_field(label, limit=limit, widget=forms.Textarea(attrs={"rows": rows}), **options)


def instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The wall-clock time of the site; whether the clock ever shows it is checked by the services."""
    return datetime.combine(on, at, tzinfo=zone)


def put_faults(form: forms.Form, error: InvalidBooking, names: dict[str, str]) -> None:
    """The services' faults beside the fields they are about, `names` giving those called otherwise here."""
    for name, texts in error_texts(error).items():
        field = names.get(name, name)
        for text in texts:
            form.add_error(field if field in form.fields else None, text)
