"""What a standard asks around a sample meeting: the picture, the table behind it, and totals by role."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from checklists.models.standard import StepRole
from checklists.planner import Facts, PlannedStep, compile_day, compile_plan
from checklists.standard_picture import MOST_ROUNDS, Picture, PictureStep, draw
from checklists.standard_sample import Choices, sample_day_facts, sample_facts
from checklists.standard_words import evidence_text, late_text, leads_text, moments_text, repeat_text, text_of
from checklists.standards import Rule, Standard
from rooms.models import Site
from rooms.selectors import calendar_of, site_today
from rooms.workcal import WorkingCalendar

ROLE_ORDER = tuple(StepRole.values)
RANDOM = "random_during"


@dataclass(frozen=True)
class AskedStep:
    """One line of the table: a step, or a rule that comes up when something happens."""

    item: str
    title: str
    text: str
    when: str
    at: datetime | None
    role: str
    helpers: tuple[str, ...]
    evidence: str
    leads: str
    late: str
    repeat: str
    subject: str
    quantities: tuple[tuple[str, int], ...]
    phase: str


@dataclass(frozen=True)
class RoleTotal:
    """`minutes` is how long something of the role stands open, from opening to due, counted once."""

    role: str
    steps: int
    rounds: int
    minutes: int


@dataclass(frozen=True)
class Sample:
    facts: Facts
    picture: Picture
    steps: tuple[AskedStep, ...]
    daily: tuple[AskedStep, ...]
    on_demand: tuple[AskedStep, ...]
    totals: tuple[RoleTotal, ...]
    # Items for meetings that this one does not call for.
    unused: tuple[Rule, ...]

    @property
    def step_count(self) -> int:
        return sum(total.steps for total in self.totals)


def sample_of(standard: Standard, choices: Choices, *, site: Site, now: datetime) -> Sample:
    calendar = calendar_of(site)
    facts = sample_facts(choices, calendar, site_today(site, now))
    steps = compile_plan(standard, facts, calendar)
    used = {step.item for step in steps}
    meeting_rules = [rule for rule in standard.rules if rule.scope == "booking"]
    return Sample(
        facts=facts,
        picture=picture_of(standard, steps, facts, site),
        steps=tuple(asked(standard.by_id[step.item], step) for step in steps),
        daily=daily_steps(standard, facts, calendar),
        on_demand=tuple(asked(rule, None) for rule in standard.rules if not is_timed(rule)),
        totals=totals_of(steps, facts),
        unused=tuple(rule for rule in meeting_rules if rule.id not in used and is_timed(rule)),
    )


def is_timed(rule: Rule) -> bool:
    return any(moment.anchor not in {"on_demand", "overdue"} for moment in rule.moments)


def daily_steps(standard: Standard, facts: Facts, calendar: WorkingCalendar) -> tuple[AskedStep, ...]:
    steps = compile_day(standard, sample_day_facts(facts, calendar), calendar)
    return tuple(asked(standard.by_id[step.item], step) for step in steps)


def asked(rule: Rule, step: PlannedStep | None) -> AskedStep:
    titles = {quantity.name: text_of(quantity.title) for quantity in rule.quantities}
    amounts = step.quantities.items() if step else ()
    moments = [rule.moments[step.round - 1]] if step else rule.moments
    return AskedStep(
        item=rule.id,
        title=text_of(rule.title),
        text=text_of(rule.text),
        when=moments_text(moments),
        at=step.due_at if step else None,
        role=rule.role,
        helpers=rule.helpers,
        evidence=evidence_text(step.evidence if step else rule.evidence, rule.quantities),
        leads=leads_text(rule.leads),
        late=late_text(rule.escalate_after) if rule.escalate_after is not None else "",
        repeat=repeat_text(rule.repeat) if rule.repeat else "",
        subject=step.subject if step else "",
        quantities=tuple((titles[name], amount) for name, amount in amounts),
        phase=rule.phase,
    )


def picture_of(standard: Standard, steps: Iterable[PlannedStep], facts: Facts, site: Site) -> Picture:
    return draw(
        [picture_step(standard.by_id[step.item], step) for step in steps],
        start=facts.start_at,
        end=facts.end_at,
        roles=ROLE_ORDER,
        zone=site.zone,
    )


def picture_step(rule: Rule, step: PlannedStep) -> PictureStep:
    return PictureStep(
        item=step.item,
        title=text_of(rule.title),
        role=step.role,
        phase=step.phase,
        at=step.due_at,
        every=step.every_minutes,
        limit=step.limit_minutes,
        is_random=any(moment.anchor == RANDOM for moment in rule.moments),
    )


def totals_of(steps: Sequence[PlannedStep], facts: Facts) -> tuple[RoleTotal, ...]:
    """By role, in the order of the lanes; a repeating step counts with the rounds of the booked time."""
    by_role = {role: [step for step in steps if step.role == role] for role in ROLE_ORDER}
    return tuple(total_of(role, own, facts) for role, own in by_role.items() if own)


def total_of(role: str, steps: Sequence[PlannedStep], facts: Facts) -> RoleTotal:
    rounds = sum(rounds_in(step, facts.end_at) for step in steps)
    spans = [(step.opens_at, step.due_at) for step in steps if not step.repeats]
    spans += [span for step in steps for span in round_spans(step, facts.end_at)]
    return RoleTotal(role, len(steps), rounds, covered_minutes(spans))


def rounds_in(step: PlannedStep, end: datetime) -> int:
    return len(round_spans(step, end))


def round_spans(step: PlannedStep, end: datetime) -> list[tuple[datetime, datetime]]:
    if not step.every_minutes:
        return []
    opens_before = step.due_at - step.opens_at
    dues = (step.due_at + timedelta(minutes=step.every_minutes * number) for number in range(MOST_ROUNDS))
    return [(due_at - opens_before, due_at) for due_at in dues if due_at < end]


def covered_minutes(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """The length of the spans laid over each other."""
    ordered = sorted(spans)
    covered = timedelta()
    reached: datetime | None = None
    for opens_at, due_at in ordered:
        first = max(opens_at, reached) if reached else opens_at
        covered += max(due_at - first, timedelta())
        reached = max(due_at, reached) if reached else due_at
    return int(covered.total_seconds() // 60)
