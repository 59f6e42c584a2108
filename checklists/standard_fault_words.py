"""What is wrong with a standard, as sentences for whoever wrote it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_lazy

from checklists.standards import Fault

FAULT_WORDS = {
    "alias": gettext_lazy("“%(value)s” refers to another place of the file. Please write it out."),
    "bad_argument": gettext_lazy("“%(value)s”: what follows the colon does not fit, such as clock:07:45 or item:P13."),
    "bad_formula": gettext_lazy(
        "“%(value)s” cannot be worked out. Use whole numbers, + - * /, min, max and names of numbers: headcount * 2."
    ),
    "bad_id": gettext_lazy("“%(value)s”: please use letters, digits, hyphen, dot and underscore only."),
    "bad_character": gettext_lazy("This text holds a character that cannot be stored."),
    "below_minimum": gettext_lazy("The largest value (%(value)s) is below the smallest."),
    "binary": gettext_lazy(
        "This is not a text file. Please choose a YAML or TOML file, such as one that was downloaded here."
    ),
    "cannot_repeat": gettext_lazy("Only an item of a meeting with a single moment can be repeated."),
    "circular": gettext_lazy("The items wait for each other in a circle: %(value)s leads back to itself."),
    "empty": gettext_lazy("Please fill this in."),
    "encoding": gettext_lazy("The file is not written in UTF-8. Please save it with that encoding."),
    "given_twice": gettext_lazy("“%(value)s” is given twice."),
    "limit_below_interval": gettext_lazy("The limit (%(value)s) must not be shorter than the interval."),
    "missing": gettext_lazy("Please fill this in."),
    "not_a_comparison": gettext_lazy("Please give one comparison and its value, such as at_least: 50."),
    "not_a_condition": gettext_lazy("“%(value)s” is not a condition."),
    "not_a_list": gettext_lazy("A list is expected here."),
    "not_a_mapping": gettext_lazy("Names with values are expected here."),
    "not_a_number": gettext_lazy("Please enter a number."),
    "not_a_text": gettext_lazy("A text is expected here."),
    "not_yes_or_no": gettext_lazy("Please write true or false."),
    "not_a_whole_number": gettext_lazy("Please enter a whole number."),
    "one_offset_only": gettext_lazy("Please give only one of minutes, working minutes and working days."),
    "only_for_a_count": gettext_lazy("Only a count has an expected quantity."),
    "only_for_a_meeting": gettext_lazy("Only an item of a meeting can have this."),
    "only_for_a_number": gettext_lazy("Only a number has a unit, a smallest and a largest value."),
    "only_for_a_tick": gettext_lazy("Only a plain tick that is not repeated may be ticked together with others."),
    "other_scope": gettext_lazy("%(value)s counts for something else (meeting or day), so this item cannot follow it."),
    "out_of_range": gettext_lazy("%(value)s is too small or too large."),
    "syntax": gettext_lazy("The file cannot be read from here on: %(value)s"),
    "too_big": gettext_lazy("The file is too large (%(value)s characters). At most 500,000 are read."),
    "too_deep": gettext_lazy("Conditions are nested too deeply."),
    "too_many_dots": gettext_lazy("This line has more dots (%(value)s) than a standard can need."),
    "too_long": gettext_lazy("Too long: %(value)s characters."),
    "unknown_anchor": gettext_lazy("“%(value)s” is not a moment this item can be tied to."),
    "unknown_comparison": gettext_lazy("“%(value)s” does not compare this kind of fact."),
    "unknown_fact": gettext_lazy("“%(value)s” is not a fact known of what the item counts for."),
    "unknown_field": gettext_lazy("There is no such field."),
    "unknown_group": gettext_lazy("There is no group “%(value)s”."),
    "unknown_item": gettext_lazy("There is no item “%(value)s” to follow."),
    "unknown_quantity": gettext_lazy("There is no quantity “%(value)s” to count against."),
    "unknown_value": gettext_lazy("“%(value)s” is not one of the choices."),
    "wrong_value": gettext_lazy("“%(value)s” does not fit this fact and comparison."),
}


@dataclass(frozen=True)
class WordedFault:
    line: int
    item: str
    field: str
    text: str


def fault_text(fault: Fault) -> str:
    known = FAULT_WORDS.get(fault.code)
    if known is None:
        return _("This cannot be read (%(code)s).") % {"code": fault.code}
    return str(known).replace("%(value)s", fault.value)


def placed_text(fault: Fault) -> str:
    """With the item it is about, where it stands apart from that item."""
    return (
        _("%(item)s: %(fault)s") % {"item": fault.item, "fault": fault_text(fault)} if fault.item else fault_text(fault)
    )


def worded(fault: Fault) -> WordedFault:
    return WordedFault(fault.line, fault.item, fault.field, fault_text(fault))
