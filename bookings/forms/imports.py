"""The file of an import, what its columns mean, and the days of an export."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import NEEDED, day_field
from bookings.importing.columns import COLUMNS, lacking
from bookings.messages import BOOKING_MESSAGES
from rooms.models import Site
from rooms.selectors import day_bounds
from rooms.sheet_forms import ColumnsForm

LONGEST_EXPORT = timedelta(days=366)


class MappingForm(ColumnsForm):
    columns, lacking = COLUMNS, staticmethod(lacking)


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
