"""Who takes what somebody leaves behind over weeks: asked for by a manager, worked out by a worker week by week."""

import logging
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from checklists import tasks
from checklists.models import CoverSearch
from checklists.selectors.absence import Away, assignments_lost, cover_in_weeks, digest_of
from rooms.selectors import day_bounds
from staff.models import User

logger = logging.getLogger(__name__)
State = CoverSearch.State
# A worker that went away would leave its search under way for ever.
GIVEN_UP_AFTER = timedelta(minutes=5)


@transaction.atomic
def request_cover(*, person: User, start: datetime, until: date, actor: User, now: datetime) -> CoverSearch:
    """A worker makes it; one for the same days that is being made already is answered."""
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    same = CoverSearch.objects.filter(person=person, until=until, state__in=(State.WAITING, State.RUNNING))
    if known := same.filter(requested_at__gt=now - GIVEN_UP_AFTER).first():
        return known
    search = CoverSearch.objects.create(
        person=person, start_at=start, until=until, requested_by=actor, requested_at=now
    )
    transaction.on_commit(partial(tasks.find_cover.delay, search.pk), robust=True)
    return search


def make_cover(*, search_id: int, now: datetime) -> CoverSearch | None:
    """Make a waiting one, noting how far it is; None when another worker has it."""
    if not CoverSearch.objects.filter(pk=search_id, state=State.WAITING).update(state=State.RUNNING, progress=1):
        return None
    search = CoverSearch.objects.select_related("person__site").get(pk=search_id)
    try:
        find(search, now)
    except Exception:
        logger.exception("cover of an absence %s", search_id)
        CoverSearch.objects.filter(pk=search_id).update(state=State.FAILED, finished_at=now)
        raise
    return search


def find(search: CoverSearch, now: datetime) -> None:
    person = search.person
    if person.site is None:
        raise ValueError(f"{person.pk} works at no site")
    lost = assignments_lost(person, search.start_at, day_bounds(person.site, search.until)[1])

    def note(part: float) -> None:
        CoverSearch.objects.filter(pk=search.pk).update(progress=min(5 + int(part * 90), 95))

    search.found = cover_in_weeks(Away(person, person.site, search.start_at), lost, now, progress=note)
    search.digest = digest_of(lost)
    search.state, search.progress, search.finished_at = State.DONE, 100, now
    search.save(update_fields=["found", "digest", "state", "progress", "finished_at"])
