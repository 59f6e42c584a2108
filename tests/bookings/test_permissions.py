import pytest

from bookings import permissions
from bookings.models import Booking
from tests import factories

PEOPLE = ("applicant", "other", "secretary", "server", "cleaner", "technician", "manager", "administrator", "stranger")
OFFICE = {"secretary", "manager", "administrator"}
FLOOR = {"server", "cleaner", "technician"}

WHO_MAY = {
    "can_view": {"applicant", *OFFICE, *FLOOR},
    "can_change": {"applicant", "secretary", "administrator"},
    "can_cancel": {"applicant", "secretary", "administrator"},
    "can_submit": {"applicant"},
    "can_answer": {"applicant"},
    "can_accept": {"applicant"},
    "can_wait": {"applicant"},
    "can_decide": {"secretary", "administrator"},
    "can_run": {*OFFICE, *FLOOR},
    "can_run_from_door": {"applicant", *OFFICE, *FLOOR},
    "can_see_guests": {"applicant", *OFFICE, *FLOOR},
    "can_see_title": {"applicant", "other", *OFFICE, *FLOOR},
}


@pytest.fixture
def people(request, site):
    other = factories.make_user("other", "applicant", site=site)
    return {name: other if name == "other" else request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def booking(room_108, applicant, now):
    return factories.make_booking(room=room_108, applicant=applicant, start=now, status=Booking.Status.APPROVED)


def those(people, predicate, *args):
    return {name for name, user in people.items() if predicate(user, *args)}


@pytest.mark.parametrize("name", WHO_MAY)
def test_booking_permission_belongs_to(people, booking, name):
    assert those(people, getattr(permissions, name), booking) == WHO_MAY[name]


def test_may_tables_name_every_predicate_over_a_booking():
    over_bookings = {
        name
        for name, function in vars(permissions).items()
        if name.startswith("can_") and "booking" in function.__annotations__
    }

    assert over_bookings == set(WHO_MAY)


def test_request_is_for_the_office_and_applicants_of_the_site(people, room_108):
    assert those(people, permissions.can_request, room_108) == {"applicant", "other", *OFFICE}


def test_own_request_is_not_decided_by_its_secretary(secretary, room_108, now):
    booking = factories.make_booking(room=room_108, applicant=secretary, start=now)

    assert not permissions.can_decide(secretary, booking)


def test_own_request_is_decided_where_the_site_allows_it(secretary, room_108, now):
    room_108.site.allows_self_approval = True
    booking = factories.make_booking(room=room_108, applicant=secretary, start=now)

    assert permissions.can_decide(secretary, booking)


def test_private_topic_is_for_the_applicant_and_the_office(people, booking):
    booking.is_private = True

    assert those(people, permissions.can_see_title, booking) == {"applicant", *OFFICE}


def test_pending_topic_is_not_for_other_applicants(people, booking):
    booking.status = Booking.Status.REQUESTED

    assert those(people, permissions.can_see_title, booking) == {"applicant", *OFFICE}


@pytest.mark.parametrize("status", Booking.Status)
def test_view_agrees_with_the_queryset(people, booking, status):
    booking.status = status
    booking.save()

    by_queryset = {name for name, user in people.items() if Booking.objects.visible_to(user).filter(pk=booking.pk)}

    assert those(people, permissions.can_view, booking) == by_queryset


def test_inactive_person_may_nothing(secretary, booking):
    secretary.is_active = False

    assert not permissions.can_decide(secretary, booking)
