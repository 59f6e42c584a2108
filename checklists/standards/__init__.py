"""Service standards: their rules, and how they are loaded, checked and written; no Django here."""

from checklists.standards.conditions import Condition
from checklists.standards.faults import Fault, StandardFaults
from checklists.standards.formulas import Formula, FormulaError
from checklists.standards.reading import load_standard, shipped_standard, standard_from_data
from checklists.standards.rules import Evidence, Group, Moment, Quantity, Repeat, RepeatVariant, Rule, Standard, Text
from checklists.standards.writing import rule_data, standard_data, standard_toml, standard_yaml

__all__ = [
    "Condition",
    "Evidence",
    "Fault",
    "Formula",
    "FormulaError",
    "Group",
    "Moment",
    "Quantity",
    "Repeat",
    "RepeatVariant",
    "Rule",
    "Standard",
    "StandardFaults",
    "Text",
    "load_standard",
    "rule_data",
    "shipped_standard",
    "standard_data",
    "standard_from_data",
    "standard_toml",
    "standard_yaml",
]
