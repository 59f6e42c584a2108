"""Loads and validates a standard; reports every fault at once."""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from checklists.standards.condition_reading import read_condition
from checklists.standards.conditions import ALWAYS
from checklists.standards.crosschecks import cross_check
from checklists.standards.faults import StandardFaults
from checklists.standards.fields import (
    Faults,
    Fields,
    Unfit,
    choice,
    item_id,
    measure,
    members,
    plain,
    text,
    whole,
    yes_no,
)
from checklists.standards.formulas import LONGEST, Formula, FormulaError
from checklists.standards.moment_reading import read_moment, read_moments
from checklists.standards.nodes import Node, from_data, read_text
from checklists.standards.rules import Evidence, Group, Quantity, Repeat, RepeatVariant, Rule, Standard, Text
from checklists.standards.toml_nodes import read_toml
from checklists.standards.vocabulary import DETAILS, EVIDENCE_KINDS, PHASES, ROLES, SCOPES, SUBJECTS, UNITS

SHIPPED = Path(__file__).resolve().parent.parent / "standards_data" / "default.yaml"
NO_TEXT = Text("", "", "")
TITLE_EN, TITLE_ZH, TEXT_EN, TEXT_ZH = 120, 80, 500, 300
LABEL = 60
A_WEEK = 7 * 24 * 60
ID_LONGEST, NAME_LONGEST = 20, 40

READERS = {"yaml": read_text, "toml": read_toml}
STANDARD_FIELDS = ("title", "groups", "items")
RULE_FIELDS = (
    *("id", "phase", "scope", "roles", "when", "repeat", "only_if", "evidence", "quantities", "shows", "leads"),
    *("escalate_after", "opens", "group", "for_each", "ticks_together", "after_close", "title", "text"),
)


@cache
def shipped_standard() -> Standard:
    """The rule book that comes with the product."""
    return load_standard(SHIPPED.read_text(encoding="utf-8"))


def load_standard(document: str, *, language: str = "yaml") -> Standard:
    """Read a text in YAML (or JSON) or in TOML; raises `StandardFaults` with everything that is wrong, by line."""
    return read_standard(READERS[language](document))


def standard_from_data(data: Mapping[str, Any]) -> Standard:
    """Read a stored document (see `standard_data`); the same checks, without lines."""
    return read_standard(from_data(data))


def read_standard(node: Node) -> Standard:
    faults = Faults()
    standard = faults.attempt(partial(read_whole, faults=faults), node, "", Standard(NO_TEXT, ()))
    cross_check(standard, node, faults)
    if faults.found:
        raise StandardFaults(tuple(sorted(set(faults.found))))
    return standard


def read_whole(node: Node, name: str, faults: Faults) -> Standard:
    fields = Fields(node, name, faults)
    fields.only(STANDARD_FIELDS)
    return Standard(
        title=fields.need("title", fields.texts(TITLE_EN, TITLE_ZH), NO_TEXT),
        groups=fields.get("groups", fields.several(partial(read_group, faults=faults)), ()),
        rules=fields.need("items", partial(read_rules, faults=faults), ()),
    )


def read_group(node: Node, name: str, faults: Faults) -> Group:
    fields = Fields(node, name, faults)
    fields.only(("code", "title"))
    code = fields.need("code", text(NAME_LONGEST), "")
    return Group(code, fields.need("title", fields.texts(LABEL, LABEL), NO_TEXT))


def read_rules(node: Node, name: str, faults: Faults) -> tuple[Rule, ...]:
    if not members(node):
        raise Unfit("empty")
    own = [(each, faults.of(id_of(each))) for each in members(node)]
    rules = [mine.attempt(partial(read_rule, faults=mine), each, name, None) for each, mine in own]
    return tuple(rule for rule in rules if rule)


def read_rule(node: Node, _name: str, faults: Faults) -> Rule:
    fields = Fields(node, "", faults)
    fields.only(RULE_FIELDS)
    scope = fields.get("scope", choice(SCOPES), "booking")
    return Rule(
        id=fields.need("id", item_id(ID_LONGEST), ""),
        phase=fields.need("phase", choice(PHASES), ""),
        scope=scope,
        roles=fields.need("roles", fields.several(choice(ROLES)), ()),
        moments=fields.need("when", partial(read_moments, scope=scope, faults=faults), ()),
        repeat=fields.get("repeat", partial(read_repeat, scope=scope, faults=faults), None),
        condition=fields.get("only_if", partial(read_condition, scope=scope, faults=faults), ALWAYS),
        evidence=fields.get("evidence", partial(read_evidence, faults=faults), Evidence()),
        quantities=fields.get("quantities", partial(read_quantities, faults=faults), ()),
        shows=fields.get("shows", fields.several(choice(DETAILS)), ()),
        leads=fields.get("leads", fields.several(whole(0, A_WEEK)), Rule.leads),
        escalate_after=fields.get("escalate_after", whole(0, A_WEEK), None),
        opens=fields.get("opens", whole(0, 4 * A_WEEK), Rule.opens),
        group=fields.get("group", text(NAME_LONGEST), ""),
        for_each=fields.get("for_each", choice(SUBJECTS), ""),
        ticks_together=fields.get("ticks_together", yes_no, Rule.ticks_together),
        after_close=fields.get("after_close", partial(read_moment, scope=scope, faults=faults), None),
        title=fields.need("title", fields.texts(TITLE_EN, TITLE_ZH), NO_TEXT),
        text=fields.need("text", fields.texts(TEXT_EN, TEXT_ZH), NO_TEXT),
    )


def id_of(node: Node) -> str:
    entry = node.value.get("id") if isinstance(node.value, dict) else None
    return str(entry.value) if entry and isinstance(entry.value, str) else ""


def read_repeat(node: Node, name: str, scope: str, faults: Faults) -> Repeat:
    fields = Fields(node, name, faults)
    fields.only(("every", "limit", "variants"))
    every, limit = read_rhythm(fields)
    read_each = fields.several(partial(read_variant, scope=scope, faults=faults))
    return Repeat(every, limit, fields.get("variants", read_each, ()))


def read_variant(node: Node, name: str, scope: str, faults: Faults) -> RepeatVariant:
    fields = Fields(node, name, faults)
    fields.only(("only_if", "every", "limit"))
    condition = fields.need("only_if", partial(read_condition, scope=scope, faults=faults), ALWAYS)
    return RepeatVariant(condition, *read_rhythm(fields))


def read_rhythm(fields: Fields) -> tuple[int, int | None]:
    every = fields.need("every", whole(1, A_WEEK), 1)
    limit = fields.get("limit", whole(1, A_WEEK), None)
    if limit is not None and limit < every:
        fields.faults.add(fields.entries["limit"], fields.name("limit"), "limit_below_interval", limit)
    return every, limit


def read_evidence(node: Node, name: str, faults: Faults) -> Evidence:
    """A kind alone (`tick`), or a mapping with what the kind needs."""
    if isinstance(node.value, str):
        return Evidence(choice(EVIDENCE_KINDS)(node, name))
    fields = Fields(node, name, faults)
    fields.only(("kind", "unit", "minimum", "maximum", "expected"))
    evidence = Evidence(
        kind=fields.need("kind", choice(EVIDENCE_KINDS), "tick"),
        unit=fields.get("unit", choice(UNITS), ""),
        minimum=fields.get("minimum", measure, None),
        maximum=fields.get("maximum", measure, None),
        expected=fields.get("expected", text(NAME_LONGEST), ""),
    )
    if evidence.kind == "number" and "unit" not in fields.entries:
        faults.add(node, fields.name("unit"), "missing")
    check_evidence(evidence, node, name, faults)
    return evidence


def check_evidence(evidence: Evidence, node: Node, name: str, faults: Faults) -> None:
    bounds = (evidence.minimum, evidence.maximum)
    if evidence.kind != "number" and (evidence.unit or any(bound is not None for bound in bounds)):
        faults.add(node, name, "only_for_a_number", evidence.kind)
    if evidence.kind != "count" and evidence.expected:
        faults.add(node, f"{name}.expected", "only_for_a_count", evidence.kind)
    if evidence.minimum is not None and evidence.maximum is not None and evidence.minimum > evidence.maximum:
        faults.add(node, f"{name}.maximum", "below_minimum", evidence.maximum)


def read_quantities(node: Node, name: str, faults: Faults) -> tuple[Quantity, ...]:
    fields = Fields(node, name, faults)
    entries = [(partial(read_quantity, code=code, faults=faults), each, code) for code, each in fields.entries.items()]
    read = [faults.attempt(reader, each, fields.name(code), None) for reader, each, code in entries]
    return tuple(quantity for quantity in read if quantity)


def read_quantity(node: Node, name: str, code: str, faults: Faults) -> Quantity:
    fields = Fields(node, name, faults)
    fields.only(("formula", "title"))
    formula = fields.need("formula", read_formula, Formula("0"))
    return Quantity(code, formula, fields.need("title", fields.texts(LABEL, LABEL), NO_TEXT))


def read_formula(node: Node, _name: str) -> Formula:
    try:
        return Formula(str(node.value)[: LONGEST + 1])
    except FormulaError as error:
        raise Unfit("bad_formula", plain(node)) from error
