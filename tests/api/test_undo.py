"""Taking back a decision over the API."""

from datetime import timedelta

import pytest

from bookings.models import Booking

SECOND = timedelta(seconds=1)


@pytest.fixture
def decided(api, applicant, secretary, body, rooms):
    """A request of two rooms, approved; the reference of the second."""
    further = [{"room": "201", "headcount": 6}]
    answer = api(applicant).post("/bookings", body(further=further))[1]
    assert api(secretary).post(f"/bookings/{answer['ref']}/approve")[0] == 200
    return answer["together"][1]["ref"]


def test_undo_takes_back_all_rooms_of_the_request(api, secretary, decided):
    status, answer = api(secretary).post(f"/bookings/{decided}/undo")

    assert (status, answer["state"], answer["decided_at"]) == (200, "requested", None)
    assert [each["state"] for each in answer["together"]] == ["requested", "requested"]


def test_undo_too_late_is_refused(api, secretary, decided, now, time_machine):
    time_machine.move_to(now + 13 * SECOND, tick=False)

    status, answer = api(secretary).post(f"/bookings/{decided}/undo")

    assert (status, answer["code"]) == (409, "undo_gone")
    assert set(Booking.objects.values_list("status", flat=True)) == {"approved"}


def test_undo_of_somebody_elses_decision_is_refused(api, administrator, decided):
    assert api(administrator).post(f"/bookings/{decided}/undo")[1]["code"] == "undo_gone"


def test_undo_twice_tells_the_state(api, secretary, decided):
    api(secretary).post(f"/bookings/{decided}/undo")

    status, answer = api(secretary).post(f"/bookings/{decided}/undo")

    assert (status, answer["state"]) == (409, "requested")


def test_undo_needs_a_token_that_may_decide(api, applicant, decided):
    assert api(applicant).post(f"/bookings/{decided}/undo")[0] == 403
