"""The checklist of a practical examination: service in the room, then the standard's conduct."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from staff.conduct import CONDUCT, Rule, RuleGroup

SERVICE = RuleGroup(
    "service",
    _("Service in the room"),
    (
        Rule("layout", _("Tables, chairs and name plates in line, as asked for")),
        Rule("inspection", _("Checks screen, microphones, air and light before the meeting")),
        Rule("welcome", _("Welcomes and guides guests to their seats")),
        Rule("pouring", _("Pours from the right, to seven tenths, without a drop beside it")),
        Rule("rounds", _("Goes round in order and on time, without disturbing")),
        Rule("incident", _("Keeps calm in an incident, does what is planned and reports it")),
        Rule("clearing", _("Clears within half an hour and looks for what was left behind")),
    ),
)
GROUPS = (SERVICE, *CONDUCT)
CODES = tuple(rule.code for group in GROUPS for rule in group.rules)
MOST = 2
SCORE_WORDS: tuple[tuple[int, str | Promise], ...] = (
    (0, pgettext_lazy("practical examination", "not shown")),
    (1, pgettext_lazy("practical examination", "partly")),
    (2, pgettext_lazy("practical examination", "well")),
)


def percent_of(scores: dict[str, int]) -> int:
    """Of what was scored; rounded down, so that nobody passes by rounding."""
    return sum(scores.values()) * 100 // (MOST * len(scores)) if scores else 0
