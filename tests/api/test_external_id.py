"""A request sent twice under the same external id is one booking."""

from bookings.models import Booking
from bookings.services import imports


def test_request_sent_again_answers_the_booking_that_is_there(api, applicant, body):
    first = api(applicant).post("/bookings", body(external_id="OA-1"))
    again = api(applicant).post("/bookings", body(external_id="OA-1", title="年会"))

    assert (first[0], first[1]["external_id"], again[0]) == (201, "OA-1", 200)
    assert (again[1], Booking.objects.count()) == (first[1], 1)


def test_request_without_an_external_id_is_new_each_time(api, applicant, body):
    statuses = [api(applicant).post("/bookings", body())[0] for _ in range(2)]

    assert (statuses, Booking.objects.count()) == ([201, 201], 2)


def test_external_id_of_a_booking_out_of_sight_says_no_more_than_that(api, applicant, secretary, body, site):
    api(secretary).post("/bookings", body(external_id="OA-1", title="并购"))

    status, problem = api(applicant).post("/bookings", body(external_id="OA-1"))

    assert (status, problem["code"], "并购" in str(problem)) == (409, "external_id_taken", False)


def test_external_id_that_cannot_be_stored_names_the_field(api, applicant, body):
    for odd in ("x" * 81, "a\x00b", "a\nb"):
        status, problem = api(applicant).post("/bookings", body(external_id=odd))
        assert (status, list(problem["errors"])) == (422, ["external_id"])


def test_request_sent_twice_at_once_is_one(api, applicant, body, monkeypatch):
    """Both have looked and found nothing: the table lets one through, the other learns of it."""
    first = api(applicant).post("/bookings", body(external_id="OA-1"))
    real, looks = imports.booking_known_as, []

    def blind_at_first(*args):
        looks.append(args)
        return None if len(looks) == 1 else real(*args)

    monkeypatch.setattr(imports, "booking_known_as", blind_at_first)
    again = api(applicant).post("/bookings", body(external_id="OA-1"))

    assert (again[0], again[1]["ref"], len(looks), Booking.objects.count()) == (200, first[1]["ref"], 2, 1)
