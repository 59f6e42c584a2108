"""Short forms of the inbox, the booking page and closures."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.errors import InvalidBooking, Span
from bookings.forms.tools import clock_field, day_field, instant, long_text_field, put_faults, text_field
from bookings.messages import BOOKING_MESSAGES
from bookings.services.closures import MOST_AT_ONCE
from rooms.models import Room, Site

REASON_LIMIT = 500
TEXT_LIMIT = 1000


class ReasonForm(forms.Form):
    """A reason in one's own words, one of the common ones, or both; `wording` says a common one to the applicant."""

    common = forms.ChoiceField(label=_("Common reasons"), required=False, widget=forms.RadioSelect)
    reason = long_text_field(_("Reason"), limit=REASON_LIMIT, required=False)

    def __init__(
        self,
        *args: Any,
        reasons: Sequence[tuple[str, str]] = (),
        wording: Callable[[str], str] = str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["common"].choices = reasons
        self.wording = wording

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        common = data.pop("common", "")
        said = [self.wording(common) if common else "", data.get("reason", "").strip()]
        data["reason"] = "\n".join(filter(None, said))
        if not data["reason"] and not self.errors:
            self.add_error("reason", BOOKING_MESSAGES["required"])
        return data


class CancelForm(forms.Form):
    reason = long_text_field(_("Reason (optional)"), limit=REASON_LIMIT, required=False)
    all_rooms = forms.BooleanField(label=_("Cancel all rooms of this request"), required=False)


class TextForm(forms.Form):
    text = long_text_field(_("Question"), limit=TEXT_LIMIT)


class AnswerForm(forms.Form):
    text = long_text_field(_("Your answer"), limit=TEXT_LIMIT)


class SpanForm(forms.Form):
    """A stretch of wall-clock time at a site."""

    names: dict[str, str] = {}

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def put_faults(self, error: InvalidBooking) -> None:
        put_faults(self, error, self.names)

    def at(self, day: str, clock: str) -> datetime:
        return instant(self.cleaned_data[day], self.cleaned_data[clock], self.site.zone)


class OfferForm(SpanForm):
    names = {"start_at": "start", "end_at": "end"}

    room = forms.ModelChoiceField(
        queryset=Room.objects.none(),
        label=_("Room"),
        error_messages={"required": _("Please choose a room."), "invalid_choice": BOOKING_MESSAGES["unknown_room"]},
    )
    on = day_field(_("Date"))
    start = clock_field(_("From"))
    end = clock_field(_("Until"))

    def __init__(self, *args: Any, rooms: Iterable[Room] | None = None, **kwargs: Any) -> None:
        """`rooms` are the site's, where they are read already; others among them are passed over."""
        super().__init__(*args, **kwargs)
        field = self.fields["room"]
        field.queryset = Room.objects.active().filter(site=self.site)
        field.label_from_instance = lambda room: f"{room.code} {room.name}"
        if rooms is not None:
            active = [room for room in rooms if room.is_active and room.site_id == self.site.pk]
            field.choices = [("", field.empty_label), *((room.pk, f"{room.code} {room.name}") for room in active)]


class ClosureForm(SpanForm):
    names = {"start": "from_time", "end": "until_time"}

    from_day = day_field(_("From (date)"))
    from_time = clock_field(_("From (time)"))
    until_day = day_field(_("Until (date)"))
    until_time = clock_field(_("Until (time)"))
    weekly_until = day_field(
        _("Every week until (optional)"),
        required=False,
        help_text=_("The same weekday and times each week, up to this date."),
    )
    reason = text_field(_("Reason"), limit=200)

    def clean_weekly_until(self) -> date | None:
        last, first = self.cleaned_data["weekly_until"], self.cleaned_data.get("from_day")
        if last and first and last < first:
            raise forms.ValidationError(BOOKING_MESSAGES["end_before_start"])
        if last and first and (last - first).days // 7 >= MOST_AT_ONCE:
            raise forms.ValidationError(BOOKING_MESSAGES["too_many"] % {"limit": MOST_AT_ONCE})
        return last

    @property
    def spans(self) -> list[Span]:
        """The stretch, and where it is repeated the same wall-clock times of every week after it."""
        data = self.cleaned_data
        last = data["weekly_until"] or data["from_day"]
        weeks = (last - data["from_day"]).days // 7
        return [(self._in_week("from", week), self._in_week("until", week)) for week in range(weeks + 1)]

    def _in_week(self, edge: str, week: int) -> datetime:
        day = self.cleaned_data[f"{edge}_day"] + timedelta(weeks=week)
        return instant(day, self.cleaned_data[f"{edge}_time"], self.site.zone)
