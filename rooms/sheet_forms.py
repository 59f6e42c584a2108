"""A file read as a table, and a choice for each of its columns."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.errors import RoomsError
from rooms.messages import SHEET_MESSAGES
from rooms.sheet_columns import Columns
from rooms.sheet_reading import LARGEST, MOST_ROWS, Sheet, read_sheet
from rooms.text import listed

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

    most_rows: ClassVar[int] = MOST_ROWS
    sheet: Sheet

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            self.sheet = read_sheet(file.read(LARGEST + 1))
        except RoomsError as error:
            raise forms.ValidationError(SHEET_MESSAGES[error.code] % error.params) from error
        if len(self.sheet.rows) > self.most_rows:
            words = {"rows": self.most_rows, "columns": len(self.sheet.heads)}
            raise forms.ValidationError(SHEET_MESSAGES["import_too_many"] % words)
        return file


class ColumnsForm(forms.Form):
    """What each column of a sheet means; whose sheet it is says what can be chosen, and what is lacking."""

    columns: ClassVar[Columns]
    # In words, what the columns that were chosen do not say.
    lacking: ClassVar[Callable[[Sequence[str]], list[str]]]

    def __init__(self, data: Any, *, heads: Sequence[str], mapping: Sequence[str]) -> None:
        super().__init__(data)
        choices = [("", _("leave out")), *self.columns.items()]
        for number, head in enumerate(heads):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=head or _("(without a heading)"),
                choices=choices,
                required=False,
                initial=mapping[number],
                error_messages={"invalid_choice": _("This is not one of the choices.")},
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
        if twice := listed(str(self.columns[name]) for name in self.columns if chosen.count(name) > 1):
            raise forms.ValidationError(_("Chosen for more than one column: %(names)s.") % {"names": twice})
        if missing := listed(self.lacking(chosen)):
            raise forms.ValidationError(_("No column says: %(names)s.") % {"names": missing})
        return data

    def rows(self, lines: Sequence[Sequence[str]]) -> list[tuple[Any, list[str]]]:
        """Each choice beside the first cells of its column."""
        samples = [[line[number] for line in lines[:3] if line[number]] for number in range(len(self.fields))]
        return list(zip(self, samples, strict=True))
