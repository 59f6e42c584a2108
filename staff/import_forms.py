"""The sheet of an import of shifts: a file at first, then what was read of it, sealed and sent back."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from rooms.errors import RoomsError
from rooms.messages import SHEET_MESSAGES
from rooms.models import Site
from rooms.sheet_reading import LARGEST, Sheet, read_sheet

SALT = "staff.shift_import"
# What somebody looked at yesterday is read anew.
VALID_SECONDS = 6 * 3600
MOST_ROWS = 1000


class ShiftSheetForm(forms.Form):
    file = forms.FileField(
        label=_("File (CSV or XLSX)"),
        max_length=200,
        error_messages={"required": _("Please choose a file."), "empty": SHEET_MESSAGES["import_empty"]},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx", "class": "form-control"}),
    )

    sheet: Sheet

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.sheet = read_sheet(file.read(LARGEST + 1))
        except RoomsError as error:
            raise forms.ValidationError(SHEET_MESSAGES[error.code] % error.params) from error
        if len(self.sheet.rows) > MOST_ROWS:
            words = {"rows": MOST_ROWS, "columns": len(self.sheet.heads)}
            raise forms.ValidationError(SHEET_MESSAGES["import_too_many"] % words)
        return file


def sealed(sheet: Sheet, site: Site) -> str:
    return signing.dumps([site.pk, sheet.heads, sheet.rows], salt=SALT, compress=True)


def opened(text: str, site: Site) -> Sheet | None:
    """None for what this site was not given, or too long ago."""
    try:
        pk, heads, rows = signing.loads(text, salt=SALT, max_age=VALID_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Sheet(heads, rows) if pk == site.pk else None
