"""How long one's own tick may be taken back: the pages that offer it and the service that decides ask here."""

from datetime import datetime, timedelta

from checklists.models import Step
from staff.models import User

# A manager may until the meeting is closed.
UNDO_WITHIN = timedelta(minutes=30)


def is_own_fresh(step: Step, user: User, at: datetime, span: timedelta = UNDO_WITHIN) -> bool:
    """Settled by this person, and no longer ago than that."""
    if step.state not in Step.SETTLED or step.done_by_id != user.pk or step.done_at is None:
        return False
    return at - step.done_at <= span
