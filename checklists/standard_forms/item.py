"""One item of a standard as a form: its fields, and lines for moments, conditions, rhythms and quantities.

The form speaks the same language as a standard's file: `data_of` gives what the reader of files checks, and what the
reader finds wrong goes back to the field it concerns.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from checklists.standard_fault_words import fault_text, placed_text
from checklists.standard_forms.conditions import TOGETHER, ConditionRow, condition_initial, joined
from checklists.standard_forms.item_rows import QuantityRow, VariantRow, quantity_initial, variant_initial
from checklists.standard_forms.moments import MomentRow, moment_initial
from checklists.standard_forms.rows import REDRAWS, Redrawable, Rows
from checklists.standard_words import (
    DETAIL_WORDS,
    EVIDENCE_WORDS,
    FORMULA_WORDS,
    PHASE_WORDS,
    ROLE_WORDS,
    SCOPE_WORDS,
    SUBJECT_WORDS,
    UNIT_WORDS,
    condition_text,
    text_of,
)
from checklists.standards import Fault, Repeat, Rule, Standard, rule_data
from checklists.standards.conditions import condition_data
from checklists.standards.reading import A_WEEK, ID_LONGEST, NAME_LONGEST, TEXT_EN, TEXT_ZH, TITLE_EN, TITLE_ZH
from checklists.standards.vocabulary import DETAILS, LANGUAGES, ROLES

LINES = {"when": 8, "condition": 10, "variant": 6, "quantity": 8}
LANGUAGE_LABELS = {"zh_hans": "简体中文", "zh_hant": "繁體中文", "en": "English"}
NONE = ("", "—")


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ItemForm(Redrawable):
    id = forms.CharField(
        label=_("Code"),
        max_length=ID_LONGEST,
        help_text=_("Such as P4. Ticks and figures go by it: with another code it is another item."),
    )
    phase = forms.ChoiceField(label=_("Phase"), choices=list(PHASE_WORDS.items()))
    scope = forms.ChoiceField(label=_("Counts for"), choices=list(SCOPE_WORDS.items()))
    group = forms.ChoiceField(label=_("Group"), required=False)
    title_zh_hans = forms.CharField(label="简体中文", max_length=TITLE_ZH)
    title_zh_hant = forms.CharField(label="繁體中文", max_length=TITLE_ZH)
    title_en = forms.CharField(label="English", max_length=TITLE_EN)
    text_zh_hans = forms.CharField(label="简体中文", max_length=TEXT_ZH, widget=area(3))
    text_zh_hant = forms.CharField(label="繁體中文", max_length=TEXT_ZH, widget=area(3))
    text_en = forms.CharField(label="English", max_length=TEXT_EN, widget=area(3))
    role = forms.ChoiceField(label=_("Responsible"), choices=list(ROLE_WORDS.items()))
    helpers = forms.MultipleChoiceField(
        label=_("Helping"), required=False, choices=list(ROLE_WORDS.items()), widget=forms.CheckboxSelectMultiple
    )
    together = forms.ChoiceField(label=_("Only if"), choices=TOGETHER, required=False)
    replaces_condition = forms.BooleanField(label=_("Replace it by the lines below"), required=False)
    replaces_variants = forms.BooleanField(label=_("Replace them by the lines below"), required=False)
    every = forms.IntegerField(label=_("Every … minutes"), required=False, min_value=1, max_value=A_WEEK)
    limit = forms.IntegerField(
        label=_("Never longer than … minutes"),
        required=False,
        min_value=1,
        max_value=A_WEEK,
        help_text=_("A longer gap is recorded as a breach."),
    )
    evidence = forms.ChoiceField(label=_("Proof"), choices=list(EVIDENCE_WORDS.items()))
    unit = forms.ChoiceField(label=_("Unit"), choices=[NONE, *UNIT_WORDS.items()], required=False)
    minimum = forms.DecimalField(label=_("Smallest"), required=False, max_digits=9, decimal_places=2)
    maximum = forms.DecimalField(label=_("Largest"), required=False, max_digits=9, decimal_places=2)
    expected = forms.CharField(
        label=_("Expected quantity"),
        required=False,
        max_length=NAME_LONGEST,
        help_text=_("The code of one of the quantities below."),
    )
    leads = forms.CharField(
        label=_("Reminders, minutes before"),
        required=False,
        max_length=120,
        help_text=_("Such as 10, 5, 0. 0 reminds when it is due; empty reminds nobody."),
    )
    escalate_after = forms.IntegerField(
        label=_("Manager told after … minutes late"),
        required=False,
        min_value=0,
        max_value=A_WEEK,
        help_text=_("Empty: as the rule for late steps says."),
    )
    opens = forms.IntegerField(
        label=_("Opens … minutes before it is due"), min_value=0, max_value=4 * A_WEEK, initial=Rule.opens
    )
    for_each = forms.ChoiceField(
        label=_("One step for"), required=False, choices=[("", _("The meeting as a whole")), *SUBJECT_WORDS.items()]
    )
    shows = forms.MultipleChoiceField(
        label=_("Shown with the step"),
        required=False,
        choices=[(name, DETAIL_WORDS[name]) for name in DETAILS],
        widget=forms.CheckboxSelectMultiple,
    )

    ticks_together = forms.BooleanField(
        label=_("May be ticked together with others"),
        required=False,
        help_text=_("One tap sets every such step of the phase that is open now. For plain ticks only."),
    )

    def __init__(self, *args: Any, groups: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [NONE, *groups]
        self.fields["scope"].widget.attrs |= REDRAWS
        for field in self.fields.values():
            style_field(field)

    def clean_leads(self) -> list[int]:
        """Any of the marks people put between numbers."""
        text = self.cleaned_data["leads"]
        for mark in ("，", "、", ";", "；"):
            text = text.replace(mark, ",")
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if any(not (part.isascii() and part.isdigit() and len(part) < 7) for part in parts):
            raise forms.ValidationError(_("Please enter whole numbers with commas between them."))
        return [int(part) for part in parts]


def style_field(field: forms.Field) -> None:
    widget = field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple | forms.HiddenInput):
        return
    is_choice, is_box = isinstance(widget, forms.Select), isinstance(widget, forms.CheckboxInput | forms.RadioSelect)
    widget.attrs.setdefault("class", "form-check-input" if is_box else "form-select" if is_choice else "form-control")


class ItemEditor:
    """`rule` is the item as it stands, or None for a new one; `data` what was sent, or None at first."""

    def __init__(self, standard: Standard, rule: Rule | None, data: QueryDict | None = None) -> None:
        self.rule, self.data = rule, data
        self.form = ItemForm(data, initial=item_initial(rule), groups=group_choices(standard))
        scope = str(self.form["scope"].value() or "booking")
        others = tuple((each.id, f"{each.id} {text_of(each.title)}") for each in standard.rules if each is not rule)
        moment = partial(MomentRow, scope=scope, items=others)
        chosen = condition_initial(rule.condition, rule.scope) if rule else ("all", [])
        variants = variants_initial(rule)
        self.kept_condition = condition_text(rule.condition) if rule and chosen is None else ""
        self.keeps_variants = variants is None
        self.when = lines(moment, "when", data, [moment_initial(each) for each in rule.moments] if rule else [{}])
        self.late = MomentRow(data, prefix="late", initial=late_initial(rule), late=True)
        self.conditions = lines(partial(ConditionRow, scope=scope), "condition", data, chosen[1] if chosen else [])
        self.variants = lines(partial(VariantRow, scope=scope), "variant", data, variants or [])
        first = [quantity_initial(each) for each in rule.quantities] if rule else []
        self.quantities = lines(QuantityRow, "quantity", data, first)
        for row in (*self.rows, self.late):
            for field in row.fields.values():
                style_field(field)

    @property
    def offers_variants(self) -> bool:
        return "variants" in Repeat.__dataclass_fields__

    @property
    def formula_words(self) -> list[tuple[str, Any]]:
        return list(FORMULA_WORDS.items())

    @property
    def groups_of_rows(self) -> tuple[Rows[Any], ...]:
        return (self.when, self.conditions, self.variants, self.quantities)

    @property
    def rows(self) -> list[Any]:
        return [row for rows in self.groups_of_rows for row in rows]

    def is_valid(self) -> bool:
        """Every part is asked, so that all faults are told at once."""
        parts = [self.form.is_valid(), *(rows.is_valid() for rows in self.groups_of_rows)]
        if not self.late.is_empty:
            parts.append(self.late.is_valid())
        if not self.when.given:
            self.when.errors.append(str(_("Please say when it is due.")))
            return False
        return all(parts)

    def data_of(self) -> dict[str, Any]:
        """The item as it stands in a standard's file."""
        data = self.form.cleaned_data
        old = rule_data(self.rule) if self.rule else {}
        helpers = in_old_order(data["helpers"], old.get("roles", ROLES))
        item: dict[str, Any] = {
            "id": data["id"],
            "phase": data["phase"],
            "scope": data["scope"],
            "roles": [data["role"], *helpers],
            "when": [row.data_of() for row in self.when.given],
            "leads": data["leads"],
            "opens": data["opens"],
            "evidence": self.evidence_data(),
            "shows": in_old_order(data["shows"], old.get("shows", DETAILS)),
            "title": {code: data[f"title_{code}"] for code in LANGUAGES},
            "text": {code: data[f"text_{code}"].replace("\r\n", "\n") for code in LANGUAGES},
            "only_if": self.condition_data(),
            "repeat": self.repeat_data(old),
            "quantities": {row.cleaned_data["name"]: row.data_of() for row in self.quantities.given} or None,
            "after_close": None if self.late.is_empty else self.late.data_of(),
            "escalate_after": data["escalate_after"],
            "group": data["group"] or None,
            "for_each": data["for_each"] or None,
            "ticks_together": data["ticks_together"] or None,
        }
        return {name: value for name, value in item.items() if value is not None}

    def evidence_data(self) -> dict[str, Any]:
        data = self.form.cleaned_data
        given = {"kind": data["evidence"], "unit": data["unit"], "expected": data["expected"]}
        bounds = {name: plain_number(data[name]) for name in ("minimum", "maximum")}
        return {name: value for name, value in (given | bounds).items() if value not in (None, "")}

    def condition_data(self) -> Any:
        data = self.form.cleaned_data
        if self.rule and self.kept_condition and not data["replaces_condition"]:
            return condition_data(self.rule.condition)
        return joined(data["together"] or "all", [row.data_of() for row in self.conditions.given])

    def repeat_data(self, old: Mapping[str, Any]) -> dict[str, Any] | None:
        """Without an interval there is none, whatever else was entered: the reader then asks for it."""
        data = self.form.cleaned_data
        variants = [row.data_of() for row in self.variants.given]
        if self.keeps_variants and not data["replaces_variants"]:
            variants = old["repeat"]["variants"]
        given = {"every": data["every"], "limit": data["limit"], "variants": variants or None}
        return {name: value for name, value in given.items() if value is not None} or None

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """What the reader found, each beside the field it concerns; what is wrong elsewhere stands on top."""
        own = self.form.cleaned_data.get("id", "")
        for fault in faults:
            if fault.item != own:
                self.form.add_error(None, placed_text(fault))
            else:
                self.add_fault(fault.field, fault_text(fault))

    def add_fault(self, field: str, text: str) -> None:
        part, _dot, rest = field.partition(".")
        if part in ROW_FIELDS:
            rows = {"when": self.when, "only_if": self.conditions, "quantities": self.quantities}[part]
            row = next((row for row in rows if rest.startswith(f"{row.data_name}.")), None) if rest else None
            if row is None:
                rows.errors.append(text)
            else:
                row.add_error("formula" if rest.endswith(".formula") else "title_en", text)
        elif part == "after_close":
            self.late.add_error("anchor" if self.late.is_bound else None, text)
        elif field.startswith("repeat.variants"):
            self.variants.errors.append(text)
        else:
            self.form.add_error(form_field(field), text)


ROW_FIELDS = ("when", "only_if", "quantities")
FORM_FIELDS = {"roles": "helpers", "title": "title_en", "text": "text_en", "repeat": "every", "evidence": "evidence"}


def form_field(field: str) -> str | None:
    """The form's name of a field of the file, such as `title.en` or `repeat.limit`."""
    part, _dot, rest = field.partition(".")
    names = (f"{part}_{rest}", rest, FORM_FIELDS.get(part, part))
    return next((name for name in names if name in ItemForm.base_fields), None)


def lines(make: Any, prefix: str, data: QueryDict | None, first: list[dict[str, Any]]) -> Rows[Any]:
    return Rows(make, prefix, data=data, first=first, most=max(LINES[prefix], len(first)))


def group_choices(standard: Standard) -> list[tuple[str, str]]:
    return [(group.code, text_of(group.title)) for group in standard.groups]


def in_old_order(chosen: Iterable[str], old: Iterable[str]) -> list[str]:
    """Boxes come in the order of the page; an item that was not touched must not change by that."""
    given, known = list(chosen), list(old)
    return sorted(given, key=lambda each: known.index(each) if each in known else len(known))


def plain_number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def late_initial(rule: Rule | None) -> dict[str, Any]:
    return moment_initial(rule.after_close) if rule and rule.after_close else {}


def variants_initial(rule: Rule | None) -> list[dict[str, Any]] | None:
    """None where one of them says more than a line can."""
    variants = getattr(rule.repeat, "variants", ()) if rule and rule.repeat else ()
    found = [variant_initial(each, rule.scope) for each in variants] if rule else []
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def item_initial(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"leads": "0", "scope": "booking", "phase": "before"}
    texts = {f"{name}_{code}": getattr(getattr(rule, name), code) for name in ("title", "text") for code in LANGUAGES}
    same = ("id", "phase", "scope", "group", "escalate_after", "opens", "for_each", "ticks_together")
    chosen = condition_initial(rule.condition, rule.scope)
    return (
        texts
        | {name: getattr(rule, name) for name in same}
        | {name: getattr(rule.evidence, name) for name in ("unit", "minimum", "maximum", "expected")}
        | {
            "role": rule.role,
            "helpers": list(rule.helpers),
            "shows": list(rule.shows),
            "evidence": rule.evidence.kind,
            "leads": ", ".join(map(str, rule.leads)),
            "every": rule.repeat.every if rule.repeat else None,
            "limit": rule.repeat.limit if rule.repeat else None,
            "together": chosen[0] if chosen else "all",
        }
    )
