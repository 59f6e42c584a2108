"""Changes of plans that wait for a word: what each person has not seen yet, as one difference for a meeting."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from bookings.models import Booking
from bookings.selectors import title_for
from checklists.models import Acknowledgement, PlanRevision
from checklists.selectors.acknowledgements import PRESSING, unanswered, waiting_for
from checklists.selectors.revisions import CAUSES, Change, Reader, Text
from rooms.models import Site
from rooms.rare import rows_if_any
from staff.models import User

# The rest of a long difference is folded away.
LINES_SHOWN = 4


@dataclass(frozen=True)
class ChangeCard:
    """One question: everything that changed for a meeting since the person last gave a word on it."""

    id: int
    person: User
    booking: Booking
    topic: str
    matters_at: datetime
    is_pressing: bool
    at: datetime
    actor: User | None
    cause: Text
    changes: Sequence[Change]

    @property
    def first(self) -> Sequence[Change]:
        return self.changes[:LINES_SHOWN]

    @property
    def more(self) -> Sequence[Change]:
        return self.changes[LINES_SHOWN:]

    @property
    def is_planned(self) -> bool:
        """Else the meeting has no page on the tablet."""
        return self.booking.status in Booking.PLANNED


def cards_for(user: User, now: datetime, booking: Booking | None = None) -> list[ChangeCard]:
    """What the person has to acknowledge, of all meetings or of one; two statements however many there are."""
    questions = waiting_for(user, now)
    if booking:
        questions = questions.filter(revision__plan__booking=booking)
    return cards_of(questions, user, now)


def unseen_changes(*, site: Site, window: tuple[datetime, datetime], user: User, now: datetime) -> list[ChangeCard]:
    """Everyone's open questions that concern a day, as `user` may read them."""
    return cards_of(unanswered(site_id=site.pk, window=window, now=now), user, now)


def cards_of(questions: QuerySet[Acknowledgement], reader: User, now: datetime) -> list[ChangeCard]:
    rows = rows_if_any(questions)
    unseen = revisions_unseen(rows)
    readers: dict[int, Reader] = {}
    cards = []
    for row in rows:
        plan = row.revision.plan
        if plan.pk not in readers:
            readers[plan.pk] = Reader(plan, reader)
        revisions = unseen[row.user_id, plan.pk]
        cards.append(card_of(row, readers[plan.pk].changes(net_of(revisions)), revisions[-1], reader, now))
    return cards


def card_of(
    row: Acknowledgement, changes: list[Change], newest: PlanRevision, reader: User, now: datetime
) -> ChangeCard:
    booking = row.revision.plan.booking
    return ChangeCard(
        id=row.pk,
        person=row.user,
        booking=booking,
        topic=title_for(reader, booking),
        matters_at=row.matters_at,
        is_pressing=row.matters_at <= now + PRESSING,
        at=newest.at,
        actor=newest.actor,
        cause=CAUSES.get(newest.cause, ""),
        changes=changes,
    )


def revisions_unseen(rows: Iterable[Acknowledgement]) -> dict[tuple[int, int], list[PlanRevision]]:
    """The revisions folded into each open question, oldest first, by person and plan."""
    pairs = {(row.user_id, row.revision.plan_id) for row in rows}
    found: dict[tuple[int, int], list[PlanRevision]] = defaultdict(list)
    if pairs:
        users, plans = zip(*pairs, strict=True)
        asked = Acknowledgement.objects.filter(acknowledged_at=None, user__in=users, revision__plan__in=plans)
        for row in asked.select_related("revision__actor").order_by("revision"):
            found[row.user_id, row.revision.plan_id].append(row.revision)
    return found


@dataclass
class Net:
    """Several differences as one: what went to and fro is left out."""

    added: dict[str, None] = field(default_factory=dict)
    withdrawn: dict[str, None] = field(default_factory=dict)
    moved: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def take(self, revision: PlanRevision) -> None:
        was_added = set(self.added)
        cancel_out(revision.withdrawn, self.added, self.withdrawn)
        cancel_out(revision.added, self.withdrawn, self.added)
        for move in revision.moved:
            # A step that is new to the reader came from nowhere.
            if "from" in move and move["key"] not in was_added:
                self.moved[move["key"]] = since_first(move, self.moved.get(move["key"]))
        for change in revision.changed:
            pair = (change["key"], change["field"])
            self.changed[pair] = since_first(change, self.changed.get(pair))

    def told(self, entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of steps that are still to be done, and where it ended elsewhere than it began."""
        return [
            each
            for each in entries
            if each["key"] not in self.withdrawn and ("from" not in each or each["from"] != each["to"])
        ]


def cancel_out(keys: Iterable[str], other: dict[str, None], own: dict[str, None]) -> None:
    for key in keys:
        if key in other:
            del other[key]
        else:
            own[key] = None


def since_first(latest: dict[str, Any], earlier: dict[str, Any] | None) -> dict[str, Any]:
    return latest | {"from": earlier["from"]} if earlier and "from" in earlier else latest


def net_of(revisions: Iterable[PlanRevision]) -> PlanRevision:
    """Not a row of the table: what the revisions, oldest first, come to."""
    net = Net()
    for revision in revisions:
        net.take(revision)
    return PlanRevision(
        added=list(net.added),
        withdrawn=list(net.withdrawn),
        moved=net.told(net.moved.values()),
        changed=net.told(net.changed.values()),
    )
