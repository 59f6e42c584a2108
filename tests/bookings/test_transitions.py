import pytest

from bookings.errors import StateConflict
from bookings.models import Booking
from bookings.transitions import TRANSITIONS, Verb, is_allowed, target_of

ALLOWED = {
    ("submit", "draft"): "requested",
    ("change", "draft"): "draft",
    ("change", "requested"): "requested",
    ("change", "questioned"): "questioned",
    ("change", "approved"): "approved",
    ("change", "running"): "running",
    ("reopen", "approved"): "requested",
    ("question", "requested"): "questioned",
    ("answer", "questioned"): "requested",
    ("offer", "requested"): "requested",
    ("offer", "questioned"): "questioned",
    ("accept", "requested"): "approved",
    ("accept", "questioned"): "approved",
    ("approve", "requested"): "approved",
    ("approve", "questioned"): "approved",
    ("decline", "requested"): "declined",
    ("decline", "questioned"): "declined",
    ("undo", "approved"): "approved",
    ("undo", "declined"): "declined",
    ("wait", "requested"): "requested",
    ("wait", "questioned"): "questioned",
    ("leave_line", "requested"): "requested",
    ("leave_line", "questioned"): "questioned",
    ("cancel", "draft"): "cancelled",
    ("cancel", "requested"): "cancelled",
    ("cancel", "questioned"): "cancelled",
    ("cancel", "approved"): "cancelled",
    ("warn_no_show", "approved"): "approved",
    ("no_show", "approved"): "cancelled",
    ("start", "approved"): "running",
    ("extend", "running"): "running",
    ("end", "running"): "ended",
    ("close", "ended"): "closed",
}
EVERY = [(verb, status) for verb in TRANSITIONS for status in Booking.Status]


@pytest.mark.parametrize(("verb", "status"), EVERY, ids=[f"{verb}-{status}" for verb, status in EVERY])
def test_transition_is_the_one_of_the_table_or_refused(verb, status):
    wanted = ALLOWED.get((verb.value, status.value))

    assert is_allowed(status, verb) is (wanted is not None)
    if wanted:
        assert target_of(status, verb) == wanted
    else:
        with pytest.raises(StateConflict) as caught:
            target_of(status, verb)
        assert caught.value.status == status


def test_exits_lead_nowhere():
    """But for the undo, which is a matter of seconds."""
    leaving = {status for verb, (sources, _) in TRANSITIONS.items() for status in sources if verb != Verb.UNDO}

    assert set(Booking.Status) - leaving == {Booking.Status.CLOSED, Booking.Status.DECLINED, Booking.Status.CANCELLED}


def test_verbs_outside_the_table_change_no_state():
    assert set(Verb) - set(TRANSITIONS) == {Verb.REQUEST, Verb.WITHDRAW_OFFER}
