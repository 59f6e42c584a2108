"""Input of the pages of shared equipment and supplies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.equipment import KINDS
from rooms.forms.house import NAME_LABELS, bare_helper, row_of
from rooms.messages import ROOMS_MESSAGES
from rooms.models import EquipmentPool, Supply
from rooms.models.supplies import MOST_OF_ONE
from rooms.services import equipment, supplies


class PoolForm(forms.ModelForm):
    class Meta:
        model = EquipmentPool
        fields = ("code", *equipment.FIELDS)
        labels = NAME_LABELS
        help_texts = {
            "code": _("Stands in requests and other systems; it cannot be changed later."),
            "kind": _("A room that has this of its own does not need the shared one."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = ["code"]
        if self.instance.pk:
            del self.fields["code"]
            code = []
        self.fields["kind"].choices = [("", _("Nothing a room has of its own")), *self.fields["kind"].choices[1:]]
        self.helper = bare_helper(*code, *NAME_LABELS, row_of("kind", "quantity"), "is_active")

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code.casefold() in KINDS:
            raise forms.ValidationError(ROOMS_MESSAGES["code_is_kind"], code="code_is_kind")
        return code

    @property
    def facts(self) -> dict[str, Any]:
        """The keywords of the service."""
        fields = {name: self.cleaned_data[name] for name in self.Meta.fields if name != "code"}
        return {"fields": fields} | ({} if self.instance.pk else {"code": self.cleaned_data["code"]})


class SupplyForm(forms.ModelForm):
    class Meta:
        model = Supply
        fields = supplies.FIELDS
        labels = NAME_LABELS
        help_texts = {
            "use": _("A meeting that asks for it needs this supply."),
            "per_head": _("Bottled water: 2, one on the table and one in reserve. Name plates: for each plate."),
            "is_reused": _("Like cups: a meeting takes them for its time and nothing is used up."),
            "reorder_level": _("Below it the secretaries and managers are told once."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper(
            row_of("code", "unit"),
            *NAME_LABELS,
            row_of("use", "per_head"),
            "is_reused",
            "reorder_level",
            "is_active",
        )

    @property
    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class MovementForm(forms.Form):
    """A count, or what came in."""

    what = forms.ChoiceField(
        label=_("What happened"),
        choices=[("counted", _("Counted: so many are there")), ("received", _("Received: so many came"))],
        widget=forms.RadioSelect,
        initial="counted",
    )
    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=0,
        max_value=MOST_OF_ONE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    note = forms.CharField(label=_("Why"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper("what", "quantity", "note")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what") == "received" and data.get("quantity") == 0:
            self.add_error("quantity", _("Give a quantity of at least 1."))
        return data
