"""When an item is due, chosen in words: an amount, before or after, an anchor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from checklists.standard_forms.rows import REDRAWS, Row, required_text
from checklists.standard_words import ANCHOR_WORDS
from checklists.standards import Moment
from checklists.standards.moment_reading import A_MONTH, OFFSETS
from checklists.standards.vocabulary import ANCHORS

AT, BEFORE, AFTER = "at", "before", "after"
DIRECTIONS = (
    (AT, pgettext_lazy("no offset from a moment", "at")),
    (BEFORE, pgettext_lazy("offset from a moment", "before")),
    (AFTER, pgettext_lazy("offset from a moment", "after")),
)
UNIT_CHOICES = (
    ("minutes", _("minutes")),
    ("working_minutes", _("working minutes")),
    ("working_days", _("working days")),
)
# Where a meeting that ended after closing time may put a step.
LATE_ANCHORS = ("next_open", "actual_end")


class MomentRow(Row):
    key = "anchor"

    amount = forms.IntegerField(label=_("Amount"), required=False, min_value=0, max_value=A_MONTH)
    unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_CHOICES, required=False)
    direction = forms.ChoiceField(label=_("Before or after"), choices=DIRECTIONS, required=False)
    anchor = forms.ChoiceField(label=_("Moment"), required=False)
    clock = forms.TimeField(
        label=_("Time of day"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    item = forms.ChoiceField(label=_("Item"), required=False)
    margin = forms.IntegerField(label=_("Minutes kept free at both ends"), required=False, min_value=0, max_value=9999)

    def __init__(
        self,
        *args: Any,
        scope: str = "booking",
        items: tuple[tuple[str, str], ...] = (),
        late: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        anchors = LATE_ANCHORS if late else ANCHORS.get(scope, ANCHORS["booking"])
        names = [(anchor, ANCHOR_WORDS[anchor]) for anchor in anchors]
        self.fields["anchor"].choices = [("", "—"), *names]
        self.fields["anchor"].widget.attrs |= REDRAWS
        self.fields["item"].choices = [("", "—"), *items]
        if late:
            for name in ("clock", "item", "margin"):
                del self.fields[name]

    @property
    def chosen(self) -> str:
        """The anchor as it stands, to show the field that goes with it."""
        return str(self["anchor"].value() or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed = {"clock": "clock", "item": "item", "random_during": "margin"}.get(data.get("anchor", ""))
        if needed and needed not in self.errors and data.get(needed) in (None, ""):
            self.add_error(needed, required_text())
        if data.get("direction") in {BEFORE, AFTER} and not data.get("amount") and "amount" not in self.errors:
            self.add_error("amount", required_text())
        return data

    def data_of(self) -> dict[str, Any]:
        """As it stands in a standard's file."""
        data = self.cleaned_data
        moment: dict[str, Any] = {"anchor": anchor_data(data)}
        if data.get("direction") in {BEFORE, AFTER} and data.get("amount"):
            moment[data.get("unit") or "minutes"] = data["amount"] * (-1 if data["direction"] == BEFORE else 1)
        return moment


def anchor_data(data: dict[str, Any]) -> str:
    arguments = {
        "clock": f"{data['clock']:%H:%M}" if data.get("clock") else "",
        "item": data.get("item") or "",
        "random_during": str(data.get("margin") or 0),
    }
    anchor = data["anchor"]
    return f"{anchor}:{arguments[anchor]}" if anchor in arguments else anchor


def moment_initial(moment: Moment) -> dict[str, Any]:
    unit = next((name for name in OFFSETS if getattr(moment, name)), "minutes")
    amount = getattr(moment, unit)
    arguments = {"clock": "clock", "item": "item", "random_during": "margin"}
    return {
        "amount": abs(amount) or None,
        "unit": unit,
        "direction": BEFORE if amount < 0 else AFTER if amount else AT,
        "anchor": moment.anchor,
    } | ({arguments[moment.anchor]: moment.argument} if moment.anchor in arguments else {})
