"""A spot check as the page sends it."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from checklists.evidence import NOTE_LONGEST
from checklists.models import SpotCheck
from checklists.models.spotcheck import SCORES
from staff.conduct import TEXTS

CHOICES = [(number, str(number)) for number in range(1, 6)]


class SpotCheckForm(forms.Form):
    op = forms.UUIDField()
    text = forms.CharField(max_length=NOTE_LONGEST, required=False, label=_("Remark"))
    lapses = forms.MultipleChoiceField(choices=list(TEXTS.items()), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in SCORES:
            label = cast("Field", SpotCheck._meta.get_field(name)).verbose_name
            self.fields[name] = forms.TypedChoiceField(
                choices=CHOICES, coerce=int, empty_value=None, required=False, label=label
            )

    @property
    def scores(self) -> dict[str, int | None]:
        return {name: self.cleaned_data[name] for name in SCORES}

    @property
    def sent_op(self) -> UUID | None:
        """What was sent is sent again under its own op, unless that was none."""
        self.is_valid()
        return self.cleaned_data.get("op") if self.is_bound else None

    def chosen(self, name: str) -> str:
        """As it was sent, to be shown again."""
        return str(self.data.get(name, ""))
