"""A step as the pages show it: words, amounts and what a tick must bring, in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet

from bookings.models import Booking, Guest
from bookings.selectors import title_for
from checklists.evidence import CHECKS
from checklists.models import Step
from checklists.models.standard import StepRole
from checklists.permissions import can_see_habits, can_take_over, can_tick
from checklists.selectors.evidence import Addition, Fault, Picture, Proof, devices_of, proof_of
from checklists.selectors.on_demand_cards import WishShown, own_page, own_title, wish_shown
from checklists.selectors.words import layout_word, service_word
from checklists.unannounced import SPOT_CHECK
from checklists.undoing import is_own_fresh
from rooms.equipment import EquipmentWords
from rooms.text import language_suffix
from staff.models import User

State = Step.State
RoundKey = tuple[int | None, int]
# A tick just made stays where it was tapped, so that it can be taken back there.
JUST_NOW = timedelta(seconds=20)
CELSIUS_GUESS = 24


@dataclass(frozen=True)
class Asked:
    """What a tick must bring."""

    kind: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    expected: int | None = None
    # Where the stepper stands before it is touched.
    start: float | int | None = None
    # What may be broken, as codes with words.
    devices: Sequence[tuple[str, str]] = ()
    is_spot_check: bool = False


@dataclass(frozen=True)
class Amount:
    label: str
    count: int


@dataclass(frozen=True)
class Lateness:
    """How late in the unit a person would say it in: min, h or d."""

    count: int
    unit: str


@dataclass(frozen=True)
class RoundInfo:
    number: int
    from_at: datetime
    limit_at: datetime | None
    every_minutes: int
    limit_minutes: int | None
    last_at: datetime | None = None
    last_by: str = ""


class Shown(dict[str, Any]):
    """A template asks for a dozen facts, most of which a step has not; to miss one costs it ten times a look-up."""

    def __missing__(self, name: str) -> None:
        return None


@dataclass(frozen=True)
class StepCard:
    id: int
    op: UUID
    code: str
    title: str
    text: str
    phase: str
    group: str
    state: str
    role: str
    assignee: str
    assignee_id: int | None
    is_mine: bool
    is_ones_own: bool
    # A meeting's page shows the steps of other roles as well.
    may_tick: bool
    may_take_over: bool
    room: str
    ref: str
    topic: str
    start: datetime | None
    end: datetime | None
    opens_at: datetime
    due_at: datetime
    late_minutes: int
    is_late: bool
    asked: Asked
    amounts: tuple[Amount, ...]
    shown: Mapping[str, Any]
    round: RoundInfo | None
    booking_id: int | None
    item_id: int
    done_at: datetime | None = None
    done_by: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    is_just_done: bool = False
    can_undo: bool = False
    # For the picture taken next, as `op` is for the tap.
    file_op: UUID = field(default_factory=uuid4)
    pictures: tuple[Picture, ...] = ()
    fault: Fault | None = None
    # What colleagues ticked as well.
    additions: tuple[Addition, ...] = ()
    wish: WishShown | None = None
    # A note or an incident is settled on a page of its own.
    own_page: str = ""
    # Those with the same name may be ticked in one tap; empty where this one stands for itself.
    together: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def is_breach(self) -> bool:
        return self.is_late and self.round is not None and self.round.limit_at is not None

    @property
    def late(self) -> Lateness:
        return lateness(self.late_minutes)


def with_card_relations(steps: QuerySet[Step]) -> QuerySet[Step]:
    related = ("item", "room", "booking__room", "booking__site", "assignee", "done_by")
    return steps.select_related(*related).prefetch_related("booking__assignments")


def cards_of(steps: Iterable[Step], *, user: User, now: datetime) -> list[StepCard]:
    """The cards in the steps' order; a statement more where there are rounds, pictures and faults."""
    rows = list(steps)
    last, proof = last_rounds(rows), proof_of(rows)
    return [card_of(step, user=user, now=now, last=last, proof=proof) for step in rows]


def card_of(
    step: Step,
    *,
    user: User,
    now: datetime,
    last: Mapping[RoundKey, list[Step]] | None = None,
    proof: Proof | None = None,
) -> StepCard:
    booking = step.booking
    proof = proof or proof_of([step])
    room = step.room or (booking.room if booking else None)
    return StepCard(
        id=step.pk,
        op=uuid4(),
        code=step.item.code,
        title=title_of(step),
        text=step.item.text,
        phase=step.item.phase,
        group=step.item.group,
        state=step.state,
        role=str(StepRole(step.role).label),
        assignee=step.assignee.get_full_name() if step.assignee else "",
        assignee_id=step.assignee_id,
        is_mine=step.assignee_id == user.pk,
        is_ones_own=is_ones_own(step, user),
        may_tick=can_tick(user, step),
        may_take_over=step.assignee_id != user.pk and can_take_over(user, step),
        room=room.code if room else "",
        ref=booking.ref if booking else "",
        topic=title_for(user, booking) if booking else "",
        start=booking.start_at if booking else None,
        end=booking.end_at if booking else None,
        opens_at=step.opens_at,
        due_at=step.due_at,
        late_minutes=late_minutes(step, now),
        is_late=is_late(step, now),
        asked=asked_of(step, proof.words),
        amounts=amounts_of(step),
        shown=shown_details(step, proof.words, with_guests=knows_guests(step, user)),
        round=round_of(step, last if last is not None else last_rounds([step])),
        booking_id=step.booking_id,
        item_id=step.item_id,
        done_at=step.done_at,
        done_by=step.done_by.get_full_name() if step.done_by else "",
        result=step.result,
        note=step.note,
        is_just_done=is_just_done(step, user, now),
        can_undo=can_undo(step, user, now),
        pictures=proof.pictures.get(step.pk, ()),
        fault=proof.faults.get(step.pk),
        additions=proof.additions.get(step.pk, ()),
        wish=wish_shown(step),
        own_page=own_page(step),
        together=together_of(step, user),
    )


def together_of(step: Step, user: User) -> str:
    """By meeting and phase, where the standard lets it be ticked with others; not in a colleague's place."""
    evidence = step.details.get("evidence") or {}
    is_plain = evidence.get("kind", "tick") == "tick" and "rhythm" not in step.details and not step.is_on_demand
    if not (is_plain and step.item.rule.get("ticks_together") and step.booking_id and step.state == State.OPEN):
        return ""
    return f"{step.booking_id}-{step.item.phase}" if is_ones_own(step, user) else ""


def is_ones_own(step: Step, user: User) -> bool:
    """With nobody named a step is everyone's of its role."""
    return step.assignee_id == user.pk or (step.assignee_id is None and user.has_role(step.role, *step.helpers))


def title_of(step: Step) -> str:
    if title := own_title(step):
        return title
    return f"{step.item.title} · {step.subject}" if step.subject and step.booking_id else step.item.title


def late_minutes(step: Step, now: datetime) -> int:
    """Whole minutes late, at least one from the first second on; 0 in time."""
    at = now if step.state == State.OPEN else step.done_at
    if at is None or at <= step.due_at:
        return 0
    return max(int((at - step.due_at).total_seconds() // 60), 1)


def is_late(step: Step, now: datetime) -> bool:
    """Open past its time; a round only past its limit, before which it is merely due."""
    return step.state == State.OPEN and (step.limit_at or step.due_at) < now


def lateness(minutes: int) -> Lateness:
    if minutes < 120:
        return Lateness(minutes, "min")
    if minutes < 48 * 60:
        return Lateness(minutes // 60, "h")
    return Lateness(minutes // (24 * 60), "d")


def asked_of(step: Step, words: EquipmentWords) -> Asked:
    evidence = step.details.get("evidence") or {}
    kind, expected = evidence.get("kind", "tick"), step.details.get("expected")
    return Asked(
        kind=kind if kind in CHECKS else "tick",
        unit=evidence.get("unit", ""),
        minimum=evidence.get("minimum"),
        maximum=evidence.get("maximum"),
        expected=expected,
        start=start_value(step, kind, evidence.get("unit", ""), expected),
        devices=devices_of(step, words) if kind in {"ok", "count"} else (),
        is_spot_check=step.item.code == SPOT_CHECK and step.booking_id is not None,
    )


def start_value(step: Step, kind: str, unit: str, expected: int | None) -> float | int | None:
    if kind == "count":
        return expected if expected is not None else 0
    if kind == "number" and unit == "celsius":
        return step.details.get("temperature") or CELSIUS_GUESS
    return None


def amounts_of(step: Step) -> tuple[Amount, ...]:
    titles = step.item.rule.get("quantities") or {}
    quantities = step.details.get("quantities") or {}
    return tuple(Amount(amount_label(titles.get(name), name), count) for name, count in quantities.items())


def amount_label(quantity: Mapping[str, Any] | None, name: str) -> str:
    title = (quantity or {}).get("title") or {}
    return title.get(language_suffix()) or title.get("en") or name


def shown_details(step: Step, equipment: EquipmentWords, *, with_guests: bool) -> dict[str, Any]:
    """The step's facts in words; guests' habits only where the reader may know them."""
    details = step.details
    shown = Shown({name: words(details[name]) for name, words in WORDS.items() if details.get(name)})
    if details.get("layout"):
        shown["layout_code"] = details["layout"]
    if details.get("equipment"):
        shown["equipment"] = [equipment.word(step.site_id, code) for code in details["equipment"]]
    if not with_guests:
        shown.pop("guests", None)
    return shown


def knows_guests(step: Step, user: User) -> bool:
    """Whoever has the step serves the guests it is about, named for the meeting or not."""
    if not step.details.get("guests") or step.booking is None or step.assignee_id == user.pk:
        return True
    return can_see_habits(user, step.booking)


def guest_words(guest: Mapping[str, str]) -> dict[str, str]:
    words = dict(guest)
    words["ash_tray"] = (
        str(dict(Guest.AshTray.choices).get(guest.get("ash_tray", ""), "")) if guest.get("ash_tray") else ""
    )
    words["tea"] = (
        str(dict(Guest.Tea.choices).get(guest.get("tea", ""), guest.get("tea", ""))) if guest.get("tea") else ""
    )
    return words


WORDS: Mapping[str, Any] = {
    "layout": layout_word,
    "previous_layout": layout_word,
    "standing_layout": layout_word,
    "stands_now": layout_word,
    "layouts": lambda codes: [layout_word(code) for code in codes],
    "headcount": int,
    "drinks": lambda names: [service_word(name) for name in names],
    "microphones": int,
    "flags": list,
    "foreign_countries": list,
    "curtains": lambda code: str(dict(Booking.Curtains.choices).get(code, code)),
    "temperature": int,
    "guests": lambda guests: [guest_words(guest) for guest in guests],
}


def last_rounds(steps: Iterable[Step]) -> dict[RoundKey, list[Step]]:
    """The done rounds of the repeating steps among these, by booking and item, latest first."""
    repeating = [step for step in steps if step.details.get("rhythm")]
    found: dict[RoundKey, list[Step]] = {}
    if repeating:
        done = Step.objects.filter(
            booking__in={step.booking_id for step in repeating},
            item__in={step.item_id for step in repeating},
            state=State.DONE,
        )
        for row in done.select_related("done_by").order_by("-done_at"):
            found.setdefault((row.booking_id, row.item_id), []).append(row)
    return found


def round_of(step: Step, last: Mapping[RoundKey, list[Step]]) -> RoundInfo | None:
    rhythm = step.details.get("rhythm")
    if not rhythm:
        return None
    earlier = [row for row in last.get((step.booking_id, step.item_id), ()) if row.round < step.round]
    before = earlier[0] if earlier else None
    last_at = before.done_at if before else None
    return RoundInfo(
        number=step.round,
        from_at=last_at or step.due_at - timedelta(minutes=rhythm["every_minutes"]),
        limit_at=step.limit_at,
        every_minutes=rhythm["every_minutes"],
        limit_minutes=rhythm.get("limit_minutes"),
        last_at=last_at,
        last_by=before.done_by.get_full_name() if before and before.done_by else "",
    )


def is_just_done(step: Step, user: User, now: datetime) -> bool:
    return is_own_fresh(step, user, now, JUST_NOW)


def can_undo(step: Step, user: User, now: datetime) -> bool:
    """Whether the button is worth showing; the service decides. A scored spot check stands."""
    return step.item.code != SPOT_CHECK and is_own_fresh(step, user, now)
