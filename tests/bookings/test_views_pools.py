"""Shared equipment in the request form, on the page of a booking and where it is decided."""

import pytest
from django.urls import reverse

from bookings.models import Booking
from bookings.recurrence import Every, Rule
from bookings.selectors import title_for
from bookings.services.series import request_series
from rooms.models import EquipmentPool, Room
from tests import factories
from tests.bookings.pages import filled, text_of

CART = ("CART",)
POOLS = "/bookings/new/equipment/"


@pytest.fixture(autouse=True)
def pool(site, now, time_machine):
    time_machine.move_to(now, tick=False)
    return factories.make_pool(site, "CART", 1)


@pytest.fixture
def desk(client, secretary):
    secretary.language = "en"
    secretary.save()
    client.force_login(secretary)
    return client


@pytest.fixture
def asker(client, applicant):
    applicant.language = "en"
    applicant.save()
    client.force_login(applicant)
    return client


def test_form_says_how_many_are_free(asker, rooms):
    assert "1 of 1 free then" in text_of(asker.get(POOLS, filled(rooms[1])))
    assert "1 in all" in text_of(asker.get(POOLS, {"site": "HQ"}))


def test_form_warns_before_sending(asker, approve_one, rooms):
    approve_one(equipment=CART)

    shown = text_of(asker.get(POOLS, filled(rooms[1])))
    chosen = text_of(asker.get(POOLS, filled(rooms[1], shared="CART")))

    assert "others have all of it then" in shown
    assert "You may send the request" not in shown
    assert "You may send the request" in chosen


def test_form_counts_set_up_and_clearing_of_the_chosen_room(asker, approve_one, rooms):
    """The other meeting ends at eleven and is cleared by half past; with its own set-up this one comes too early."""
    approve_one(equipment=CART)
    times = {"start": "11:45", "end": "12:45"}

    assert "others have all of it" in text_of(asker.get(POOLS, filled(rooms[1], **times)))
    assert "1 of 1 free" in text_of(asker.get(POOLS, filled(rooms[1], start="12:00", end="13:00")))


def test_form_says_that_the_room_has_its_own(asker, site, rooms):
    EquipmentPool.objects.update(kind="projector")

    assert "the room has its own" in text_of(asker.get(POOLS, filled(rooms[1])))


def test_form_without_shared_equipment_shows_nothing(asker, rooms):
    EquipmentPool.objects.all().delete()

    assert "Brought to the room" not in text_of(asker.get(reverse("bookings:new")))


def test_request_with_it_is_sent_though_others_have_it(asker, approve_one, rooms):
    approve_one(equipment=CART)

    asker.post(reverse("bookings:new"), filled(rooms[1], shared="CART", equipment="projector"))

    assert Booking.objects.latest("pk").equipment == ["projector", "CART"]


def test_made_up_code_is_refused_and_nothing_is_lost(asker, rooms):
    page = asker.post(reverse("bookings:new"), filled(rooms[1], shared="NONE", title="留着"))

    assert page.status_code == 422
    assert "This is not one of the choices." in text_of(page)
    assert 'value="留着"' in page.content.decode()


def test_change_keeps_what_was_chosen_and_does_not_count_itself(asker, approve_one):
    booking = approve_one(equipment=CART)

    page = asker.get(reverse("bookings:edit", args=[booking.ref]))

    assert 'id="shared-CART" value="CART" checked' in page.content.decode()
    assert "1 of 1 free then" in text_of(page)


def test_choice_costs_the_same_for_one_and_three(asker, approve_one, rooms, site, query_count):
    def ask():
        return asker.get(POOLS, filled(rooms[2]))

    approve_one(equipment=CART)
    one = query_count(ask)
    factories.make_pool(site, "A")
    factories.make_pool(site, "B")
    approve_one(room=Room.objects.get(pk=rooms[1].pk), equipment=("A",))

    assert query_count(ask) == one


def test_series_of_requests_carries_it(asker, rooms):
    form = filled(rooms[1], shared="CART", repeats="day", interval="1", times="2")
    page = asker.post(reverse("bookings:series_new"), form)

    assert '<textarea name="shared" hidden>\nCART</textarea>' in page.content.decode()


def test_inbox_says_who_has_it_and_that_it_cannot_be_approved(desk, approve_one, request_one, rooms):
    approve_one(equipment=CART, title="先批的会")
    booking = request_one(room=rooms[1], equipment=CART)

    page = text_of(desk.get(f"/inbox/{booking.ref}/"))

    assert "Trolley CART: none of 1 left then" in page
    assert "08:30–11:30 108 · 先批的会" in page


def test_inbox_hides_private_topics_of_those_who_have_it(desk, approve_one, request_one, rooms, site, secretary):
    approve_one(equipment=CART, title="人事任免", is_private=True)
    booking = request_one(room=rooms[1], equipment=CART)

    page = text_of(desk.get(f"/inbox/{booking.ref}/"))

    assert ("none of 1 left" in page, "人事任免" in page) == (True, may_see(secretary))


def may_see(secretary):
    return title_for(secretary, Booking.objects.get(title="人事任免")) == "人事任免"


def test_inbox_refuses_the_approval_with_a_sentence(desk, approve_one, request_one, rooms):
    approve_one(equipment=CART)
    booking = request_one(room=rooms[1], equipment=CART)

    page = desk.post(reverse("bookings:approve", args=[booking.ref]), headers={"HX-Request": "true"})

    assert page.status_code == 409
    assert "Others have all of it at that time, set-up and clearing included: Trolley CART." in text_of(page)


def test_inbox_shows_supplies_and_what_is_short(desk, request_one, site, now):
    factories.make_supply(site, "TEA", on_hand=4, at=now)
    booking = request_one(tea=True)

    page = text_of(desk.get(f"/inbox/{booking.ref}/"))

    assert "Supply TEA piece 10 4 0 4 6 short" in page


def test_inbox_statements_do_not_grow_with_what_is_wanted(
    desk, request_one, approve_one, site, rooms, query_count, now
):
    factories.make_supply(site, "TEA", on_hand=4, at=now)
    booking = request_one(tea=True, equipment=CART)
    address = f"/inbox/{booking.ref}/"
    desk.get(address)
    one = query_count(lambda: desk.get(address))
    plain = request_one(room=rooms[1])
    desk.get(f"/inbox/{plain.ref}/")
    bare = query_count(lambda: desk.get(f"/inbox/{plain.ref}/"))
    for code in "ABC":
        factories.make_pool(site, code)
        factories.make_supply(site, f"TEA{code}", on_hand=4, at=now)
    Booking.objects.filter(pk=booking.pk).update(equipment=["A", "B", "C", "CART"])
    approve_one(room=Room.objects.get(pk=rooms[2].pk), equipment=("A", "B"), tea=True)

    assert query_count(lambda: desk.get(address)) == one
    # Nothing wanted, nothing asked of the database.
    assert one - bare <= 5


def test_series_in_the_inbox_marks_dates_without_it(desk, approve_one, data, applicant, rooms, now):
    approve_one(equipment=CART)
    rule = Rule(Every.DAY, data().start_at.date(), count=2)
    series = request_series(data=data(room=rooms[1], equipment=CART), rule=rule, actor=applicant, now=now)

    page = text_of(desk.get(f"/inbox/{series.bookings.first().ref}/"))

    assert "1 date cannot have the shared equipment" in page
    assert "Equipment in use" in page


def test_page_of_a_booking_names_it(asker, approve_one):
    booking = approve_one(equipment=("projector", "CART"))

    page = text_of(asker.get(booking.get_absolute_url()))

    assert "Projector Trolley CART" in page
