"""Rows of a request: important guests with their habits, and the agenda."""

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import clock_field, number_field, text_field
from bookings.messages import BOOKING_MESSAGES
from bookings.models import Guest
from bookings.services import FurtherRoom
from bookings.services.groups import MOST_FURTHER
from bookings.services.validation import MOST_ENTRIES
from rooms.models import LayoutKind, Room


class RowForm(forms.Form):
    """A row counts when anything is written into it; an emptied one is dropped."""

    key = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_written(cleaned) and not cleaned.get(self.key) and self.key not in self.errors:
            self.add_error(self.key, _("Please fill this in, or empty the whole row."))
        return cleaned

    @staticmethod
    def is_written(cleaned: dict[str, Any]) -> bool:
        return any(value not in (None, "") for value in cleaned.values())


class GuestForm(RowForm):
    key = "name"

    name = text_field(_("Name"), limit=80, required=False)
    country = text_field(_("Country, if from abroad"), limit=60, required=False)
    ash_tray = forms.ChoiceField(label=_("Ash tray"), choices=Guest.AshTray, required=False)
    tea = forms.ChoiceField(label=_("Tea"), choices=Guest.Tea, required=False)
    drink = text_field(_("Other drink"), limit=60, required=False)
    diet = text_field(_("Diet"), limit=120, required=False)
    seat = text_field(_("Seat"), limit=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The table takes any words for tea; what another system wrote must survive an edit here.
        written = self.initial.get("tea", "") or self.data.get(self.add_prefix("tea"), "")
        if written and written not in Guest.Tea.values:
            self.fields["tea"].choices = [*Guest.Tea.choices, (written, written)]


class AgendaForm(RowForm):
    key = "title"

    title = text_field(_("Agenda item"), limit=120, required=False)
    starts = clock_field(_("From"), required=False)
    ends = clock_field(_("Until"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_written(cleaned):
            for name in ("starts", "ends"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned


class FurtherForm(RowForm):
    """Another room at the same time; of this site, whose rooms the form set was given."""

    key = "room"

    room = forms.ChoiceField(
        label=_("Room"), required=False, error_messages={"invalid_choice": BOOKING_MESSAGES["unknown_room"]}
    )
    headcount = number_field(_("Head count"), least=1, most=5000, required=False)
    layout = forms.ChoiceField(
        label=_("Layout"), choices=[("", _("As the room stands")), *LayoutKind.choices], required=False
    )
    purpose = text_field(_("What for"), limit=500, required=False)

    def __init__(self, *args: Any, rooms: dict[str, Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = rooms
        self.fields["room"].choices = [("", "—"), *((pk, room.label) for pk, room in rooms.items())]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.is_written(cleaned) and not cleaned.get("headcount") and "headcount" not in self.errors:
            self.add_error("headcount", self.fields["headcount"].error_messages["required"])
        return cleaned

    def to_room(self) -> FurtherRoom:
        cleaned = self.cleaned_data
        return FurtherRoom(self.rooms[cleaned["room"]], cleaned["headcount"], cleaned["layout"], cleaned["purpose"])


class RowFormSet(BaseFormSet):
    def written(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.written_forms()]

    def written_forms(self) -> list[Any]:
        return [form for form in self.forms if RowForm.is_written(form.cleaned_data)]


def rows_of(form: type[RowForm], most: int = MOST_ENTRIES) -> type[RowFormSet]:
    return formset_factory(form, formset=RowFormSet, extra=0, max_num=most, validate_max=True)


GuestFormSet = rows_of(GuestForm)
AgendaFormSet = rows_of(AgendaForm)
FurtherFormSet = rows_of(FurtherForm, MOST_FURTHER)
