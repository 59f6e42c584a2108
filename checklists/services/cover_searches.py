"""Who takes what somebody leaves behind over weeks: asked for by a manager, worked out by a worker week by week."""

from datetime import date, datetime
from functools import partial

from django.db import transaction

from checklists import tasks
from checklists.models import CoverSearch
from checklists.selectors.absence import assignments_lost, digest_of
from checklists.selectors.covers import Away, cover_in_weeks
from checklists.services.working_out import Note, being_made, make, settle
from rooms.selectors import day_bounds
from staff.models import User


@transaction.atomic
def request_cover(*, person: User, start: datetime, until: date, actor: User, now: datetime) -> CoverSearch:
    """A worker makes it; one for the same days that is being made already is answered."""
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    if known := being_made(CoverSearch.objects.filter(person=person, until=until), now):
        return known
    search = CoverSearch.objects.create(
        person=person, start_at=start, until=until, requested_by=actor, requested_at=now
    )
    transaction.on_commit(partial(tasks.find_cover.delay, search.pk), robust=True)
    return search


def make_cover(*, search_id: int, now: datetime) -> CoverSearch | None:
    """Make a waiting one, noting how far it is; None when another worker has it."""
    rows = CoverSearch.objects.select_related("person__site")
    return make(rows, search_id, partial(find, now=now), now=now)


def find(search: CoverSearch, note: Note, *, now: datetime) -> None:
    person = search.person
    if person.site is None:
        raise ValueError(f"{person.pk} works at no site")
    lost = assignments_lost(person, search.start_at, day_bounds(person.site, search.until)[1])
    search.found = cover_in_weeks(Away(person, person.site, search.start_at), lost, now, progress=note)
    search.digest = digest_of(lost)
    settle(search, "found", "digest", now=now)
