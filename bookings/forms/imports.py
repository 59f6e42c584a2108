"""The file of an import, what its columns mean, and the days of an export."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import NEEDED, day_field
from bookings.importing.columns import COLUMNS, NEEDED as NEEDED_COLUMNS
from bookings.messages import BOOKING_MESSAGES
from bookings.models import BookingImport
from rooms.errors import RoomsError
from rooms.messages import SHEET_MESSAGES
from rooms.models import Site
from rooms.selectors import day_bounds
from rooms.sheet_reading import LARGEST, Sheet, read_sheet
from rooms.text import listed

LONGEST_EXPORT = timedelta(days=366)
FILE_MESSAGES = {
    "required": _("Please choose a file."),
    "empty": SHEET_MESSAGES["import_empty"],
    "invalid": _("Please choose a file."),
    "missing": _("Please choose a file."),
    "max_length": _("The name of the file is too long."),
}


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("File (CSV or XLSX)"),
        max_length=200,
        error_messages=FILE_MESSAGES,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx", "class": "form-control"}),
    )

    sheet: Sheet

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.sheet = read_sheet(file.read(LARGEST + 1))
        except RoomsError as error:
            raise forms.ValidationError(SHEET_MESSAGES[error.code] % error.params) from error
        return file


class MappingForm(forms.Form):
    """A choice for each column of the sheet."""

    def __init__(self, data: Any, *, run: BookingImport) -> None:
        super().__init__(data)
        choices = [("", _("leave out")), *COLUMNS.items()]
        for number, head in enumerate(run.heads):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=head or _("(without a heading)"),
                choices=choices,
                required=False,
                initial=run.mapping[number],
                error_messages={"invalid_choice": BOOKING_MESSAGES["unknown_choice"]},
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def mapping(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        chosen = [name for name in self.mapping if name]
        if twice := listed(str(COLUMNS[name]) for name in COLUMNS if chosen.count(name) > 1):
            raise forms.ValidationError(_("Chosen for more than one column: %(names)s.") % {"names": twice})
        if missing := listed(str(COLUMNS[name]) for name in NEEDED_COLUMNS if name not in chosen):
            raise forms.ValidationError(_("No column says: %(names)s.") % {"names": missing})
        return data

    def rows(self, run: BookingImport) -> list[tuple[Any, Sequence[str]]]:
        """Each choice beside the first cells of its column."""
        samples = [[row[number] for row in run.rows[:3] if row[number]] for number in range(len(run.heads))]
        return list(zip(self, samples, strict=True))


class ExportForm(forms.Form):
    since = day_field(_("From"))
    until = day_field(_("Until"))
    kind = forms.ChoiceField(
        choices=(("xlsx", "XLSX"), ("csv", "CSV")),
        label=_("File"),
        error_messages={**NEEDED, "invalid_choice": BOOKING_MESSAGES["unknown_choice"]},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data["since"] <= data["until"] <= data["since"] + LONGEST_EXPORT:
            raise forms.ValidationError(_("The days must be in order and lie within a year."))
        return data

    def span(self, site: Site) -> tuple[datetime, datetime]:
        return day_bounds(site, self.cleaned_data["since"])[0], day_bounds(site, self.cleaned_data["until"])[1]
