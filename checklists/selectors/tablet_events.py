"""What an event from a tablet is about, and the contradictions that wait for a manager."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bookings.models import Booking
from checklists.models import Step, TabletEvent
from checklists.selectors.cards import title_of
from checklists.selectors.step_row import rounds_of
from checklists.unannounced import is_hidden
from rooms.models import Site
from rooms.rare import rows_if_any
from staff.models import User

State = Step.State
CARDS_SHOWN = 30
ENOUGH = (
    "site", "room", "booking__applicant", "item__code", "role", "helpers", "assignee", "details", "round", "subject",
)  # fmt: skip


def step_meant(user: User, pk: int, rounds_on: int = 0, undone: UUID | None = None) -> Step | None:
    """The step, or the round so many after it: by its number where there is one, else the latest there is.

    What takes back the tick `undone` is about the round that the tick came to.
    """
    # No more than what tells whose it is: hundreds of them may come at once.
    steps = Step.objects.filter(site=user.site_id).select_related("item", "booking").only(*ENOUGH)
    step = steps.filter(pk=pk).first()
    if step is None or is_hidden(step, user):
        return None
    if "rhythm" not in step.details or not (rounds_on or undone):
        return step
    rounds = rounds_of(step, steps)
    if undone and (ticked := rounds.filter(ticks__op=undone, ticks__by=user).first()):
        return ticked
    if not rounds_on:
        return step
    return rounds.filter(round=step.round + rounds_on).first() or rounds.order_by("-round").first()


def meeting_meant(user: User, ref: str) -> Booking | None:
    return Booking.objects.visible_to(user).with_everything().filter(ref=ref).first()


@dataclass(frozen=True)
class Contradiction:
    """Two entries that cannot both be right: what stands, and what was kept beside it."""

    id: int
    code: str
    title: str
    room: str
    ref: str
    by: str
    tapped_at: datetime
    received_at: datetime
    said: dict[str, str]
    is_skip: bool
    state_label: str
    done_by: str
    done_at: datetime | None
    result: dict[str, object]
    note: str
    # What a decision on it must name, lest it be about something else by then.
    stands: str
    can_be_replaced: bool


def contradictions_of(site: Site) -> list[Contradiction]:
    """Those nobody has looked at, oldest first."""
    related = ("by", "step__item", "step__done_by", "step__room", "booking__room", "step__booking__room")
    rows = TabletEvent.objects.filter(site=site, verdict=TabletEvent.Verdict.CONFLICT, settled_at=None)
    found = rows_if_any(rows.select_related(*related)[:CARDS_SHOWN])
    return [contradiction(row, row.step) for row in found if row.step]


def contradiction(row: TabletEvent, step: Step) -> Contradiction:
    room = step.room or (step.booking.room if step.booking else None)
    return Contradiction(
        id=row.pk,
        code=row.code,
        title=title_of(step),
        room=room.code if room else "",
        ref=step.booking.ref if step.booking else "",
        by=row.by.get_full_name(),
        tapped_at=row.tapped_at,
        received_at=row.received_at,
        said={name: str(row.data.get(name, "")) for name in ("ok", "value", "note", "wanted", "reason")},
        is_skip=row.kind == TabletEvent.Kind.SKIP,
        state_label=str(step.get_state_display()),
        done_by=step.done_by.get_full_name() if step.done_by else "",
        done_at=step.done_at,
        result=step.result,
        note=step.note,
        stands=standing_of(step),
        can_be_replaced=row.kind in {TabletEvent.Kind.TICK, TabletEvent.Kind.UNDO} and step.state != State.WITHDRAWN,
    )


def standing_of(step: Step) -> str:
    return f"{step.state}:{step.done_by_id or 0}:{step.done_at.isoformat() if step.done_at else ''}"


def known_events(ops: Sequence[UUID]) -> dict[UUID, TabletEvent]:
    """What became of those that came before, by op; in one statement."""
    return TabletEvent.objects.in_bulk(ops, field_name="op") if ops else {}
