"""A validated standard: immutable rules, as the planner reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from checklists.standards.conditions import ALWAYS, Condition
from checklists.standards.formulas import Formula


@dataclass(frozen=True)
class Text:
    """One wording in the three languages of the product."""

    en: str
    zh_hans: str
    zh_hant: str

    def of(self, language: str) -> str:
        """The wording for a language code in either spelling (`zh-hant`, `zh_hant`); English for others."""
        return {"zh_hans": self.zh_hans, "zh_hant": self.zh_hant}.get(language.lower().replace("-", "_"), self.en)


@dataclass(frozen=True)
class Moment:
    """An anchor and at most one kind of offset from it; negative is before."""

    anchor: str
    argument: str = ""
    minutes: int = 0
    working_minutes: int = 0
    working_days: int = 0


@dataclass(frozen=True)
class RepeatVariant:
    """Another rhythm for meetings of which the condition holds."""

    condition: Condition
    every: int
    limit: int | None = None


@dataclass(frozen=True)
class Repeat:
    """Due again `every` minutes after the last tick; a gap over `limit` minutes is a breach.

    The first variant whose condition holds takes the place of both.
    """

    every: int
    limit: int | None = None
    variants: tuple[RepeatVariant, ...] = ()


@dataclass(frozen=True)
class Evidence:
    kind: str = "tick"
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    # The name of one of the rule's quantities, for a count.
    expected: str = ""


@dataclass(frozen=True)
class Quantity:
    name: str
    formula: Formula
    title: Text


@dataclass(frozen=True)
class Group:
    code: str
    title: Text


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One item of the standard. The first role is responsible, the others help."""

    id: str
    phase: str
    roles: tuple[str, ...]
    moments: tuple[Moment, ...]
    title: Text
    text: Text
    scope: str = "booking"
    repeat: Repeat | None = None
    condition: Condition = ALWAYS
    evidence: Evidence = Evidence()
    quantities: tuple[Quantity, ...] = ()
    shows: tuple[str, ...] = ()
    leads: tuple[int, ...] = (0,)
    # Minutes late before the manager is told; without it the standard's overdue rule decides.
    escalate_after: int | None = None
    # Minutes before it is due at which a step turns from "next" to "now".
    opens: int = 30
    group: str = ""
    for_each: str = ""
    # A plain tick that may be set in one tap with others of its phase; each stays a tick of its own.
    ticks_together: bool = False
    # Where the step goes when the meeting ended after the day's close.
    after_close: Moment | None = None

    @property
    def role(self) -> str:
        return self.roles[0]

    @property
    def helpers(self) -> tuple[str, ...]:
        return self.roles[1:]


@dataclass(frozen=True)
class Standard:
    title: Text
    rules: tuple[Rule, ...]
    groups: tuple[Group, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def order(self) -> Mapping[str, int]:
        return {rule.id: position for position, rule in enumerate(self.rules)}

    @cached_property
    def escalations(self) -> tuple[tuple[str, int], ...]:
        """Who hears of a late step, and after how many minutes, tier by tier (U9): moment n tells role n."""
        overdue = [(rule, [each.minutes for each in rule.moments if each.anchor == "overdue"]) for rule in self.rules]
        return next((tuple(zip(rule.roles, minutes, strict=False)) for rule, minutes in overdue if minutes), ())

    @cached_property
    def escalate_after(self) -> int | None:
        """Minutes of the first tier, for every rule that names none of its own."""
        return self.escalations[0][1] if self.escalations else None

    def tiers_of(self, rule: Rule) -> tuple[tuple[str, int], ...]:
        """The tiers for one rule: its own minutes stand for the first, and the next follow at the same distance."""
        if rule.escalate_after is None or not self.escalations:
            own = rule.escalate_after
            return self.escalations if own is None else (("manager", own),)
        shift = rule.escalate_after - self.escalations[0][1]
        return tuple((role, minutes + shift) for role, minutes in self.escalations)
