"""A condition by choosing: lines of fact, comparison and value, all or any of which must hold.

What is nested deeper than that is shown in words and kept as it is.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.standard_forms.rows import REDRAWS, Row, required_text
from checklists.standard_words import CODE_WORDS, COMPARISON_WORDS, FACT_WORDS
from checklists.standards import Condition
from checklists.standards.conditions import ALWAYS
from checklists.standards.vocabulary import COMPARISONS, FACTS, NUMBER, YES_NO

HOLDS, FAILS = "holds", "fails"
ALL, ANY = "all", "any"
TOGETHER = ((ALL, _("all of these hold")), (ANY, _("at least one of these holds")))
# Codes people choose from; other values are typed.
LISTED = CODE_WORDS
LONGEST_VALUE = 200


def comparison_choices(kind: str) -> list[tuple[str, Any]]:
    plain = (
        (HOLDS, _("is so") if kind == YES_NO else _("is given")),
        (FAILS, _("is not so") if kind == YES_NO else _("is not given")),
    )
    others = () if kind == YES_NO else COMPARISONS[kind]
    return [*plain, *((name, COMPARISON_WORDS[name]) for name in others)]


class ConditionRow(Row):
    """Its choices follow the fact; an unknown fact has them all."""

    key = "fact"

    fact = forms.ChoiceField(label=_("Fact"), required=False)
    comparison = forms.ChoiceField(label=_("Comparison"), required=False)
    value = forms.CharField(label=_("Value"), required=False, max_length=LONGEST_VALUE)

    def __init__(self, *args: Any, scope: str = "booking", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = FACTS.get(scope, FACTS["booking"])
        self.fields["fact"].choices = [("", "—"), *((fact, FACT_WORDS.get(fact, fact)) for fact in self.kinds)]
        self.kind = self.kinds.get(str(self["fact"].value() or ""), YES_NO)
        self.fields["comparison"].choices = comparison_choices(self.kind)
        for name in ("fact", "comparison"):
            self.fields[name].widget.attrs |= REDRAWS
        if not self.needs_value:
            self.fields["value"].widget = forms.HiddenInput()
        elif self.words and self.compared != "in":
            self.fields["value"] = forms.ChoiceField(
                label=_("Value"), required=False, choices=[("", "—"), *self.words.items()]
            )
        elif self.words:
            self.fields["value"] = forms.MultipleChoiceField(
                label=_("Value"), required=False, choices=list(self.words.items())
            )
        elif self.kind == NUMBER:
            self.fields["value"].widget.input_type = "number"

    @property
    def compared(self) -> str:
        return str(self["comparison"].value() or HOLDS)

    @property
    def needs_value(self) -> bool:
        return self.kind != YES_NO and self.compared not in {HOLDS, FAILS}

    @property
    def words(self) -> dict[str, Any]:
        return dict(LISTED.get(str(self["fact"].value() or ""), {}))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.needs_value and "value" not in self.errors:
            if not data.get("value"):
                self.add_error("value", required_text())
            elif self.kind == NUMBER and not is_whole(data["value"]):
                self.add_error("value", _("Please enter a whole number."))
        return data

    def data_of(self) -> Any:
        """As it stands in a standard's file."""
        data = self.cleaned_data
        fact, comparison = data["fact"], data.get("comparison") or HOLDS
        if comparison == HOLDS:
            return fact
        if comparison == FAILS:
            return {"not": fact}
        return {fact: {comparison: self.typed_value(data["value"], comparison)}}

    def typed_value(self, value: Any, comparison: str) -> Any:
        if comparison == "in":
            return value if isinstance(value, list) else split(value)
        return int(value) if self.kind == NUMBER else value


def is_whole(text: str) -> bool:
    digits = text.strip().removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10


def split(text: str) -> list[str]:
    for mark in ("，", "、", ";", "；", "\n"):
        text = text.replace(mark, ",")
    return [part.strip() for part in text.split(",") if part.strip()]


def joined(together: str, parts: Sequence[Any]) -> Any:
    """Nothing for no lines, the line itself for one."""
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {together: list(parts)}


def condition_initial(condition: Condition, scope: str) -> tuple[str, list[dict[str, Any]]] | None:
    """How it is chosen, or None where it says more than lines can; reading the lines gives the same condition."""
    if condition == ALWAYS:
        return ALL, []
    is_group = condition.op in {ALL, ANY} and len(condition.parts) > 1
    together, parts = (condition.op, condition.parts) if is_group else (ALL, (condition,))
    lines = [line_initial(part, FACTS[scope]) for part in parts]
    known = [line for line in lines if line is not None]
    return (together, known) if len(known) == len(lines) else None


def line_initial(condition: Condition, kinds: Any) -> dict[str, Any] | None:
    if condition.op == "fact":
        return {"fact": condition.fact, "comparison": HOLDS}
    if condition.op == "not" and condition.parts[0].op == "fact":
        return {"fact": condition.parts[0].fact, "comparison": FAILS}
    if condition.op != "compare" or kinds[condition.fact] == YES_NO:
        return None
    return compared_initial(condition)


def compared_initial(condition: Condition) -> dict[str, Any] | None:
    """None for a value that the line's choices do not offer or that would be split."""
    value, words = condition.value, LISTED.get(condition.fact)
    values = value if isinstance(value, tuple) else (str(value),)
    if words and any(each not in words for each in values):
        return None
    if not words and any(each != each.strip() or split(each) != [each] for each in values):
        return None
    if sum(map(len, values)) + 2 * len(values) > LONGEST_VALUE:
        return None
    shown = (list(values) if words else ", ".join(values)) if isinstance(value, tuple) else str(value)
    return {"fact": condition.fact, "comparison": condition.comparison, "value": shown}
