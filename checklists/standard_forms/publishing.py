"""A draft's title and groups, its publication, a file that becomes the draft, and meetings planned anew."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from checklists.standard_forms.item import style_field
from checklists.standard_forms.rows import Redrawable, Row, Rows, required_text
from checklists.standards import Fault, Standard, StandardFaults, load_standard
from checklists.standards.nodes import LARGEST_FILE
from checklists.standards.reading import LABEL, NAME_LONGEST, TITLE_EN, TITLE_ZH
from checklists.standards.vocabulary import LANGUAGES
from rooms.dates import WITHIN_CALENDAR
from rooms.forms.moments import InstantField

MOST_GROUPS = 40
# UTF-8 needs up to four bytes for a letter.
LARGEST_UPLOAD = 4 * LARGEST_FILE
NOTE_LONGEST = 300
NONE, COMING = "none", "coming"


class SeenForm(forms.Form):
    """When the sender had seen the draft; every edit carries it."""

    seen = InstantField(widget=forms.HiddenInput)


class PlaceForm(SeenForm):
    code = forms.CharField(max_length=40)
    after = forms.CharField(max_length=40, required=False)


class CodeForm(SeenForm):
    code = forms.CharField(max_length=40)


class PublishForm(SeenForm):
    note = forms.CharField(
        label=_("What changed and why"), max_length=NOTE_LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_field(self.fields["note"])


class GroupRow(Row):
    key = "code"

    code = forms.CharField(label=_("Code"), required=False, max_length=NAME_LONGEST)
    title_zh_hans = forms.CharField(label="简体中文", required=False, max_length=LABEL)
    title_zh_hant = forms.CharField(label="繁體中文", required=False, max_length=LABEL)
    title_en = forms.CharField(label="English", required=False, max_length=LABEL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style_field(field)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in (f"title_{code}" for code in LANGUAGES):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, required_text())
        return data

    def data_of(self) -> dict[str, Any]:
        titles = {code: self.cleaned_data[f"title_{code}"] for code in LANGUAGES}
        return {"code": self.cleaned_data["code"], "title": titles}


class HeadingForm(Redrawable, SeenForm):
    title_zh_hans = forms.CharField(label="简体中文", max_length=TITLE_ZH)
    title_zh_hant = forms.CharField(label="繁體中文", max_length=TITLE_ZH)
    title_en = forms.CharField(label="English", max_length=TITLE_EN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.HiddenInput):
                style_field(field)

    def data_of(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"title_{code}"] for code in LANGUAGES}


def heading_initial(standard: Standard, seen: datetime | None) -> dict[str, Any]:
    titles = {f"title_{code}": getattr(standard.title, code) for code in LANGUAGES}
    return titles | {"seen": seen.isoformat() if seen else ""}


def group_rows(standard: Standard, data: QueryDict | None) -> Rows[GroupRow]:
    first = [
        {"code": group.code} | {f"title_{code}": getattr(group.title, code) for code in LANGUAGES}
        for group in standard.groups
    ]
    return Rows(GroupRow, "group", data=data, first=first, most=max(MOST_GROUPS, len(first)))


class ImportForm(forms.Form):
    """`faults` holds what is wrong inside the file, by line."""

    owner = forms.ChoiceField(label=_("For"), required=False)
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json,.toml"}),
        help_text=_("YAML (or JSON) or TOML in UTF-8, such as a file that was downloaded here."),
    )
    replaces = forms.BooleanField(label=_("Let it take the place of the draft that is there"), required=False)

    def __init__(self, *args: Any, owners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults: tuple[Fault, ...] = ()
        self.fields["owner"].choices = owners
        for field in self.fields.values():
            style_field(field)

    def clean_file(self) -> Standard | None:
        file = self.cleaned_data["file"]
        language = "toml" if str(file.name).lower().endswith(".toml") else "yaml"
        try:
            return load_standard(text_of_upload(file), language=language)
        except StandardFaults as error:
            self.faults = error.faults
            raise forms.ValidationError(_("The file was not taken. What is wrong in it stands below.")) from error


def text_of_upload(file: UploadedFile) -> str:
    """Raises StandardFaults for what is no text of ours."""
    if (file.size or 0) > LARGEST_UPLOAD:
        raise StandardFaults((Fault(1, "", "", "too_big", str(file.size)),))
    content = file.read()
    if b"\x00" in content:
        raise StandardFaults((Fault(1, "", "", "binary"),))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise StandardFaults((Fault(line, "", "", "encoding"),)) from error


class ReplanForm(forms.Form):
    which = forms.ChoiceField(
        choices=[
            (NONE, _("None: meetings keep the standard they were planned by")),
            (COMING, _("Those that have not begun, from this day on")),
        ],
        widget=forms.RadioSelect,
        initial=NONE,
        label=_("Which meetings are planned anew"),
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        validators=WITHIN_CALENDAR,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    with_running = forms.BooleanField(label=_("Also those that are running now"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            style_field(field)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("which") == COMING and not data.get("since") and "since" not in self.errors:
            self.add_error("since", required_text())
        return data

    @property
    def since_day(self) -> date | None:
        """None where nothing is to be planned anew."""
        return self.cleaned_data["since"] if self.cleaned_data["which"] == COMING else None
