"""What the board is asked for: a floor, seats, equipment."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import number_field
from bookings.selectors.board import BoardFilter
from rooms.models import EquipmentKind

MOST_PEOPLE = 30000


class BoardFilterForm(forms.Form):
    floor = forms.CharField(required=False, max_length=20)
    people = number_field(_("Seats at least"), least=1, most=MOST_PEOPLE, required=False)
    equipment = forms.MultipleChoiceField(required=False, choices=EquipmentKind.choices)

    @property
    def wanted(self) -> BoardFilter:
        """What was asked for, without what cannot be; that is told beside its field."""
        self.is_valid()
        data = self.cleaned_data
        equipment = tuple(data.get("equipment", ()))
        return BoardFilter(data.get("floor", ""), data.get("people"), equipment)

    @property
    def query(self) -> str:
        """What was asked for, to go on in other addresses of the board."""
        wanted = self.wanted
        pairs: list[tuple[str, Any]] = [("floor", wanted.floor), ("people", wanted.people)]
        pairs += [("equipment", kind) for kind in wanted.equipment]
        return "".join(f"&{urlencode([pair])}" for pair in pairs if pair[1])
