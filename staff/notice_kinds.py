"""What a notice is about, by its code: people choose channels by kind, and quiet hours hold some kinds only."""

from fnmatch import fnmatchcase

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    REMINDERS = "reminders", _("Reminders")
    LATE = "late", _("Late steps")
    CALLS = "calls", _("Wishes and calls from rooms")
    INCIDENTS = "incidents", _("Incidents")
    CHANGES = "changes", _("Changes of plan and people")
    DECISIONS = "decisions", _("Requests, decisions and the rest")


class Urgency(models.TextChoices):
    QUIET = "quiet", _("Quiet")
    NORMAL = "normal", _("Normal")
    # Asks for a word that it was seen, and waits for no quiet hours.
    URGENT = "urgent", _("Urgent")


# What would be of no use hours later is never held back.
NEVER_HELD = frozenset({NoticeKind.LATE, NoticeKind.INCIDENTS, NoticeKind.CALLS})
# Kinds of which the weighty ones are mailed to whoever chose nothing else.
MAILED = frozenset({NoticeKind.INCIDENTS, NoticeKind.CHANGES, NoticeKind.DECISIONS})

_rules: list[tuple[str, NoticeKind, Urgency]] = []


def assign(kind: NoticeKind, *patterns: str, urgency: Urgency = Urgency.NORMAL) -> None:
    """Codes that fit one of the patterns are of this kind; of several rules the first one counts."""
    _rules.extend((pattern, kind, urgency) for pattern in patterns)


def kind_of(code: str) -> NoticeKind:
    return _rule_of(code)[0]


def urgency_of(code: str) -> Urgency:
    """The urgency of a code whose writer names none."""
    return _rule_of(code)[1]


def _rule_of(code: str) -> tuple[NoticeKind, Urgency]:
    rules = ((kind, urgency) for pattern, kind, urgency in _rules if fnmatchcase(code, pattern))
    return next(rules, (NoticeKind.DECISIONS, Urgency.NORMAL))
