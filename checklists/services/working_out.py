"""What a worker makes of somebody's question: taken up once, with a note how far it is."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import QuerySet

from checklists.models import WorkedOut

logger = logging.getLogger(__name__)
# A worker that went away would leave its row under way for ever.
GIVEN_UP_AFTER = timedelta(minutes=5)

Row = TypeVar("Row", bound=WorkedOut)
Note = Callable[[float], None]


def being_made(rows: QuerySet[Row], now: datetime) -> Row | None:
    """The one that answers a question asked again."""
    return rows.filter(state__in=WorkedOut.UNDER_WAY, requested_at__gt=now - GIVEN_UP_AFTER).first()


def make(rows: QuerySet[Row], pk: int, find: Callable[[Row, Note], None], *, now: datetime) -> Row | None:
    """Have `find` make a waiting one, which it is handed with a way to note the part that is done, and then settles.

    None when another worker has it. What `find` raises is logged and raised, and the row has failed.
    """
    mine = rows.filter(pk=pk)
    if not mine.filter(state=WorkedOut.State.WAITING).update(state=WorkedOut.State.RUNNING, progress=1):
        return None
    row = mine.get()
    try:
        find(row, lambda part: note(mine, part))
    except Exception:
        logger.exception("%s %s", row._meta.label, pk)
        mine.update(state=WorkedOut.State.FAILED, finished_at=now)
        raise
    return row


def note(rows: QuerySet[Row], part: float) -> None:
    rows.update(progress=min(5 + int(part * 90), 95))


def settle(row: WorkedOut, *fields: str, now: datetime) -> None:
    """Done, with these fields."""
    row.state, row.progress, row.finished_at = WorkedOut.State.DONE, 100, now
    row.save(update_fields=[*fields, "state", "progress", "finished_at"])
