"""Lines of an item's form: other rhythms, and quantities worked out by a formula."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.standard_fault_words import FAULT_WORDS
from checklists.standard_forms.conditions import ConditionRow, condition_initial
from checklists.standard_forms.rows import Row, required_text
from checklists.standards import Formula, FormulaError, Quantity
from checklists.standards.reading import A_WEEK, LABEL, NAME_LONGEST
from checklists.standards.vocabulary import LANGUAGES


class VariantRow(ConditionRow):
    """Another interval where the condition holds; the first that holds counts."""

    every = forms.IntegerField(label=_("Every … minutes"), required=False, min_value=1, max_value=A_WEEK)
    limit = forms.IntegerField(label=_("Never longer than … minutes"), required=False, min_value=1, max_value=A_WEEK)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("every") and "every" not in self.errors:
            self.add_error("every", required_text())
        return data

    def data_of(self) -> dict[str, Any]:
        given = {"only_if": super().data_of(), "every": self.cleaned_data["every"], "limit": self.cleaned_data["limit"]}
        return {name: value for name, value in given.items() if value is not None}


class QuantityRow(Row):
    key = "name"

    name = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9_]*$",
        label=_("Code"),
        required=False,
        max_length=NAME_LONGEST,
        error_messages={"invalid": _("Please use letters, digits and underscore, beginning with a letter.")},
    )
    formula = forms.CharField(label=_("Formula"), required=False, max_length=200)
    title_zh_hans = forms.CharField(label="简体中文", required=False, max_length=LABEL)
    title_zh_hant = forms.CharField(label="繁體中文", required=False, max_length=LABEL)
    title_en = forms.CharField(label="English", required=False, max_length=LABEL)

    @property
    def data_name(self) -> str:
        return str(self["name"].value() or "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in ("formula", *(f"title_{code}" for code in LANGUAGES)):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, required_text())
        return data

    def clean_formula(self) -> str:
        text = self.cleaned_data["formula"]
        try:
            Formula(text or "0")
        except FormulaError as error:
            raise forms.ValidationError(str(FAULT_WORDS["bad_formula"]).replace("%(value)s", text[:60])) from error
        return text

    def data_of(self) -> dict[str, Any]:
        titles = {code: self.cleaned_data[f"title_{code}"] for code in LANGUAGES}
        return {"formula": self.cleaned_data["formula"], "title": titles}


def quantity_initial(quantity: Quantity) -> dict[str, Any]:
    titles = {f"title_{code}": getattr(quantity.title, code) for code in LANGUAGES}
    return {"name": quantity.name, "formula": quantity.formula.text} | titles


def variant_initial(variant: Any, scope: str) -> dict[str, Any] | None:
    """None where its condition is more than one line."""
    chosen = condition_initial(variant.condition, scope)
    if chosen is None or len(chosen[1]) != 1:
        return None
    return chosen[1][0] | {"every": variant.every, "limit": variant.limit}
