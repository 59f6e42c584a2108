"""One's own tick: how long the page offers to take it back is how long the service takes it back."""

from datetime import timedelta

import pytest

from checklists.selectors.cards import can_undo
from checklists.undoing import UNDO_WITHIN
from tests.checklists.meetings import HOUR, approved, step_of, tick

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("after", "is_open"), [(UNDO_WITHIN, True), (UNDO_WITHIN + SECOND, False)])
def test_button_is_there_as_long_as_the_undo_counts(after, is_open, room_108, applicant, server, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    step = step_of(booking, "P13")
    tick(step, server, now=now)
    step.refresh_from_db()

    offered = can_undo(step, server, now + after)
    verdict = tick(step, server, now=now + after, wanted="open", result={}).verdict

    assert (offered, verdict) == (is_open, "applied" if is_open else "added")


def test_button_is_not_there_for_what_a_colleague_did_or_nobody(room_108, applicant, server, manager, now):
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    step = step_of(booking, "P13")
    assert not can_undo(step, server, now)

    tick(step, manager, now=now)
    step.refresh_from_db()

    assert not can_undo(step, server, now)
