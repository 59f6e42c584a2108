"""The conduct list: what a spot check looks for, by exception. Codes stay; the wording is translated."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy


@dataclass(frozen=True)
class Rule:
    """One thing expected, said the way it should be."""

    code: str
    text: str | Promise


@dataclass(frozen=True)
class RuleGroup:
    code: str
    title: str | Promise
    rules: tuple[Rule, ...]


CONDUCT = (
    RuleGroup(
        "dress",
        _("Dress"),
        (
            Rule("uniform", _("Uniform light in colour, fitting, washed and ironed")),
            Rule("shoes", _("Soft-soled black cloth shoes that make no sound")),
            Rule("badge", _("Badge worn")),
            Rule("jewellery", _("No rings, bracelets or loud ear-rings")),
            Rule("nails", _("Short nails without varnish")),
            Rule("scent", _("No strong perfume, no smell of food")),
        ),
    ),
    RuleGroup(
        "hair",
        _("Hair"),
        (
            Rule("hair_colour", _("Natural hair colour")),
            Rule("hair_band", _("Hair tied up with the team's hair band")),
            Rule("fringe", _("No fringe")),
        ),
    ),
    RuleGroup(
        "face",
        _("Face"),
        (
            Rule("make_up", _("Light make-up")),
            Rule("rested", _("Rested")),
            Rule("smile", _("Smiling")),
        ),
    ),
    RuleGroup(
        "manner",
        _("Manner"),
        (
            Rule("asks_quietly", _("Asks quietly, leaning slightly")),
            Rule("no_noise", _("Makes no noise")),
            Rule("does_not_refuse", _("Does not refuse what can be done")),
            Rule("explains", _("Explains truthfully what cannot be done")),
        ),
    ),
    RuleGroup(
        "telephone",
        _("Telephone"),
        (
            Rule("greets", _("Greets")),
            Rule("names_department", _("Names the department")),
            Rule("asks_caller", _("Asks the caller's name and number")),
            Rule("repeats", _("Repeats the request")),
        ),
    ),
)
TEXTS = {rule.code: rule.text for group in CONDUCT for rule in group.rules}

# From 1 to 5.
SCORE_WORDS = (
    pgettext_lazy("score", "Poor"),
    pgettext_lazy("score", "Weak"),
    pgettext_lazy("score", "Fair"),
    pgettext_lazy("score", "Good"),
    pgettext_lazy("score", "Excellent"),
)


def texts_of(codes: Iterable[str]) -> list[str]:
    """The rules in the list's order; a code of an older list reads as itself."""
    wanted = list(codes)
    known = [str(text) for code, text in TEXTS.items() if code in wanted]
    return known + [code for code in wanted if code not in TEXTS]


def score_word(score: int) -> str:
    return str(SCORE_WORDS[score - 1])
