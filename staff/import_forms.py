"""The sheet of an import of shifts: a file at first, then what was read of it, sealed and sent back."""

from typing import Any

from django import forms
from django.core import signing

from rooms.messages import SHEET_MESSAGES
from rooms.models import Site
from rooms.sheet_forms import ColumnsForm, SheetForm
from rooms.sheet_reading import Sheet
from staff.shift_columns import COLUMNS, lacking

SALT = "staff.shift_import"
# What somebody looked at yesterday is read anew.
VALID_SECONDS = 6 * 3600
# It travels with its page: what is longer would not come back through the bounds of a form.
MOST_CHARACTERS = 1024 * 1024


class ShiftSheetForm(SheetForm):
    most_rows = 1000

    def clean_file(self) -> Any:
        file = super().clean_file()
        if sum(len(cell) for line in self.sheet.rows for cell in line) > MOST_CHARACTERS:
            raise forms.ValidationError(SHEET_MESSAGES["import_too_large"] % {"megabytes": 1})
        return file


class ShiftColumnsForm(ColumnsForm):
    columns, lacking = COLUMNS, staticmethod(lacking)


def sealed(sheet: Sheet, site: Site) -> str:
    return signing.dumps([site.pk, sheet.heads, sheet.rows], salt=SALT, compress=True)


def opened(text: str, site: Site) -> Sheet | None:
    """None for what this site was not given, or too long ago."""
    try:
        pk, heads, rows = signing.loads(text, salt=SALT, max_age=VALID_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Sheet(heads, rows) if pk == site.pk else None
