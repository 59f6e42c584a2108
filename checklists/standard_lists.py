"""A standard's items as a page lists them: by phase, each with its words."""

from dataclasses import dataclass

from checklists.standard_words import (
    PHASE_WORDS,
    condition_text,
    evidence_text,
    late_text,
    leads_text,
    moments_text,
    repeat_text,
    sentence,
    text_of,
    word,
)
from checklists.standards import Rule, Standard
from checklists.standards.conditions import ALWAYS
from checklists.standards.vocabulary import PHASES


@dataclass(frozen=True)
class ListedItem:
    """`after` is what it stands behind; `up_after` and `down_after` what it goes behind. Empty is the top.

    An item at the end of its phase goes behind itself, which leaves it where it is.
    """

    code: str
    title: str
    text: str
    roles: tuple[str, ...]
    when: str
    repeat: str
    only_if: str
    evidence: str
    ticks_together: bool
    leads: str
    late: str
    group: str
    is_first: bool
    is_last: bool
    after: str
    up_after: str
    down_after: str


@dataclass(frozen=True)
class ListedPhase:
    code: str
    title: str
    items: tuple[ListedItem, ...]


def phases_of(standard: Standard) -> tuple[ListedPhase, ...]:
    groups = {group.code: text_of(group.title) for group in standard.groups}
    by_phase = {phase: [rule for rule in standard.rules if rule.phase == phase] for phase in PHASES}
    ids = [rule.id for rule in standard.rules]
    return tuple(
        ListedPhase(phase, word(PHASE_WORDS, phase), tuple(listed_items(rules, ids, groups)))
        for phase, rules in by_phase.items()
        if rules
    )


def listed_items(rules: list[Rule], ids: list[str], groups: dict[str, str]) -> list[ListedItem]:
    return [listed_item(rule, place, rules, ids, groups) for place, rule in enumerate(rules)]


def listed_item(rule: Rule, place: int, rules: list[Rule], ids: list[str], groups: dict[str, str]) -> ListedItem:
    is_first, is_last = place == 0, place == len(rules) - 1
    return ListedItem(
        code=rule.id,
        title=text_of(rule.title),
        text=text_of(rule.text),
        roles=rule.roles,
        when=sentence(moments_text(rule.moments)),
        repeat=repeat_text(rule.repeat) if rule.repeat else "",
        only_if="" if rule.condition == ALWAYS else condition_text(rule.condition),
        evidence=evidence_text(rule.evidence, rule.quantities),
        ticks_together=rule.ticks_together,
        leads=leads_text(rule.leads),
        late=late_text(rule.escalate_after) if rule.escalate_after is not None else "",
        group=groups.get(rule.group, ""),
        is_first=is_first,
        is_last=is_last,
        after=item_before(ids, rule.id),
        up_after=rule.id if is_first else item_before(ids, rules[place - 1].id),
        down_after=rule.id if is_last else rules[place + 1].id,
    )


def item_before(ids: list[str], code: str) -> str:
    """The item that stands right above; none above the first."""
    place = ids.index(code)
    return ids[place - 1] if place else ""
