"""A series that is not sent yet: kept as it was filled in, gone on with later, sent once or thrown away."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from bookings.errors import BookingError
from bookings.models import SeriesDraft
from rooms.models import Site
from staff.models import User

MOST_DRAFTS = 20


@transaction.atomic
def save_draft(
    *,
    site: Site,
    title: str,
    starts_on: date,
    fields: Mapping[str, Sequence[str]],
    actor: User,
    now: datetime,
    draft_id: int | None = None,
) -> SeriesDraft:
    """Keep it; the one of `draft_id` is written over, and where that is gone meanwhile it is a new one."""
    values = {"site": site, "title": title, "starts_on": starts_on, "fields": dict(fields), "saved_at": now}
    own = SeriesDraft.objects.filter(applicant=actor)
    if own.filter(pk=draft_id).update(**values):
        return own.get(pk=draft_id)
    if own.count() >= MOST_DRAFTS:
        raise BookingError("too_many_drafts", limit=MOST_DRAFTS)
    return SeriesDraft.objects.create(applicant=actor, **values)


def discard_draft(*, draft_id: int, actor: User) -> bool:
    """Whether it was there; a second click changes nothing."""
    return bool(SeriesDraft.objects.filter(pk=draft_id, applicant=actor).delete()[0])


def use_up(draft_id: int | None, actor: User) -> None:
    """Within the transaction of the sending: of two that send the same draft the second is refused."""
    if draft_id is not None and not discard_draft(draft_id=draft_id, actor=actor):
        raise BookingError("draft_gone")
