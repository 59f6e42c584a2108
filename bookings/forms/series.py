"""How a request repeats, in plain choices; and the forms of a series' own page."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from bookings.errors import InvalidBooking
from bookings.forms.tools import day_field, number_field, put_faults, text_field
from bookings.recurrence import MOST_DATES, MOST_INTERVAL, Every, Rule
from bookings.services.series import Scope
from rooms.dates import format_weekday, known_day

NAMES = {
    "rule.interval": "interval",
    "rule.weekdays": "weekdays",
    "rule.until": "until",
    "rule.count": "times",
    "rule.dates": "more_dates",
}
BETWEEN_DATES = re.compile(r"[\s,，、;；]+")
REPEATS = [
    ("", _("Once")),
    (Every.DAY.value, _("Every day")),
    (Every.WEEK.value, _("Every week, on weekdays")),
    (Every.MONTH_DATE.value, _("Every month, on the same date")),
    (Every.MONTH_LAST_DAY.value, _("Every month, on its last day")),
    (Every.MONTH_WEEKDAY.value, _("Every month, on the same weekday (such as the second Tuesday)")),
    (Every.MONTH_LAST_WEEKDAY.value, _("Every month, on the last such weekday")),
    (Every.DATES.value, _("On dates picked by hand")),
]
SCOPES = [
    (Scope.ONE.value, _("Only this date")),
    (Scope.FOLLOWING.value, _("This and following dates")),
    (Scope.ALL.value, _("All dates that lie ahead")),
]


class DatesField(forms.CharField):
    """Several dates between blanks, commas or line ends."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 2, "inputmode": "numeric", "placeholder": "2026-12-24"})
        super().__init__(required=False, widget=widget, **options)

    def to_python(self, value: Any) -> tuple[date, ...]:
        texts = [text for text in BETWEEN_DATES.split(value or "") if text]
        found = {known_day(text) for text in texts}
        if None in found:
            raise forms.ValidationError(_("Please give each date like 2026-11-23."))
        if len(found) > MOST_DATES:
            raise forms.ValidationError(_("A series has at most %(limit)s dates.") % {"limit": MOST_DATES})
        return tuple(sorted(on for on in found if on))

    def run_validators(self, value: Any) -> None:
        """Each date was looked at."""

    def validate(self, value: Any) -> None:
        """Nothing is needed."""


class RepeatForm(forms.Form):
    repeats = forms.ChoiceField(label=_("It takes place"), choices=REPEATS, required=False)
    interval = number_field(_("Every how many days, weeks or months"), least=1, most=MOST_INTERVAL, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("weekdays", "On"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    until = day_field(_("Last day"), required=False)
    times = number_field(_("Or so many times"), least=1, most=MOST_DATES, required=False)
    more_dates = DatesField(label=_("Further dates picked by hand"))
    leaves_holidays = forms.BooleanField(label=_("Leave out public holidays"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"leaves_holidays": True, "interval": 1}, **kwargs})
        self.fields["weekdays"].choices = [(day, format_weekday(day)) for day in range(7)]

    def rule(self, first: date) -> Rule:
        """The choices as a rule; the date of the request itself counts among hand-picked ones."""
        cleaned = self.cleaned_data
        every = Every(cleaned["repeats"])
        picked = cleaned["more_dates"]
        if every == Every.DATES:
            return Rule(every, first, dates=tuple(sorted({first, *picked})))
        return Rule(
            every=every,
            first=first,
            interval=cleaned["interval"] or 1,
            weekdays=tuple(cleaned["weekdays"]) if every == Every.WEEK else (),
            until=cleaned["until"],
            count=cleaned["times"],
            dates=picked,
        )

    def put_faults(self, error: InvalidBooking) -> InvalidBooking | None:
        """Take what is about the rule; what is about the request comes back."""
        own = {name: faults for name, faults in error.errors.items() if name in NAMES}
        rest = {name: faults for name, faults in error.errors.items() if name not in NAMES}
        put_faults(self, InvalidBooking(own), NAMES)
        return InvalidBooking(rest) if rest else None


def is_repeated(fields: Any) -> bool:
    return bool(fields.get("repeats"))


class CancelDatesForm(forms.Form):
    first = day_field(_("From (date)"))
    last = day_field(_("Until (date)"))
    reason = text_field(_("Reason"), limit=500, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned


def scope_in(fields: Any) -> Scope:
    """How far a change or a cancellation goes; only one date unless it says otherwise."""
    text = fields.get("scope", "")
    return Scope(text) if text in {each.value for each in Scope} else Scope.ONE
