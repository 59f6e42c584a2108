import json
from datetime import timedelta

import pytest
from django.urls import reverse

from bookings import services
from bookings.models import Booking, Closure
from bookings.services import GuestData
from tests import factories
from tests.bookings.pages import text_of

INBOX = "/inbox/"


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def desk(client, secretary):
    secretary.language = "en"
    secretary.save()
    client.force_login(secretary)
    return client


@pytest.fixture
def say(desk):
    """An action of the inbox as htmx sends it."""

    def post(booking, verb, **posted):
        address = reverse(f"bookings:{verb}", args=[booking.ref])
        return desk.post(address, posted, headers={"HX-Request": "true"})

    return post


@pytest.fixture
def rival(site):
    return factories.make_user("rival", "applicant", site=site)


def test_inbox_empty_says_so(desk):
    assert "Nothing waits for you" in text_of(desk.get(INBOX))


def test_inbox_opens_the_oldest_request(desk, request_one, rooms, now):
    younger = request_one(title="后来", room=rooms[1])
    older = request_one(title="先到", room=rooms[2])
    Booking.objects.filter(pk=older.pk).update(requested_at=now - timedelta(hours=3))

    page = desk.get(INBOX)

    words = text_of(page)
    assert words.index("先到") < words.index("后来")
    assert "3 hours" in words
    assert reverse("bookings:approve", args=[older.ref]) in page.content.decode()
    assert f'name="next" value="{younger.ref}"' in page.content.decode()


def test_inbox_shows_the_request_with_set_up_capacity_and_guests(desk, request_one):
    request_one(layout="u_shape", headcount=24, tea=True, guests=(GuestData(name="杜邦", ash_tray="left"),))

    words = text_of(desk.get(INBOX))

    for said in (
        "Set-up 08:30",
        "09:00–11:00",
        "Cleared 11:30",
        "24 people, U shape seats 28",
        "108 is free for it, set-up and clearing included",
        "Smoking is not allowed in this room: no ash tray will be set out.",
        "杜邦",
    ):
        assert said in words


def test_inbox_says_who_loses_before_the_click(desk, request_one, rival):
    request_one()
    request_one(title="合同审查", actor=rival)

    words = text_of(desk.get(INBOX))

    assert "1 request wants the same room then; on approval it loses and is told:" in words
    assert "合同审查" in words[words.index("on approval it loses") :]


def test_inbox_names_what_stands_in_the_way_and_what_is_free_instead(desk, request_one, rival, secretary, rooms, now):
    waiting = request_one()
    winner = request_one(title="先批的会", actor=rival)
    services.approve_booking(booking_id=winner.pk, actor=secretary, now=now)

    page = desk.get(reverse("bookings:inbox_request", args=[waiting.ref]))

    words = text_of(page)
    assert "Taken 08:30–11:30: 先批的会" in words
    assert words.index("Free instead") < words.rindex("same time")


def test_approve_gives_the_room_and_opens_the_next(say, request_one, rooms):
    first, second = request_one(title="甲会"), request_one(title="乙会", room=rooms[1])

    page = say(first, "approve", next=second.ref)

    first.refresh_from_db()
    assert (page.status_code, first.status) == (200, "approved")
    assert json.loads(page["HX-Trigger"]) == {"toast": {"text": "108 is given to Applicant.", "level": "success"}}
    assert page["HX-Push-Url"] == reverse("bookings:inbox_request", args=[second.ref])
    assert "甲会" not in page.content.decode()
    assert not page.content.decode().strip().startswith("<!doctype")


def test_approve_without_scripts_comes_back_to_the_inbox(desk, request_one):
    booking = request_one()

    page = desk.post(reverse("bookings:approve", args=[booking.ref]), follow=True)

    assert page.redirect_chain == [(INBOX, 302)]
    assert "108 is given to Applicant." in text_of(page)


def test_approve_of_a_room_taken_meanwhile_is_a_clear_409(say, request_one, rival, secretary, now):
    waiting, winner = request_one(), request_one(actor=rival, title="先批的会")
    services.approve_booking(booking_id=winner.pk, actor=secretary, now=now)

    page = say(waiting, "approve")

    assert page.status_code == 409
    assert "The room is taken at that time." in text_of(page)
    assert "Taken 08:30–11:30: 先批的会" in text_of(page)


def test_approve_of_what_another_has_decided_says_it_has_moved_on(say, request_one, applicant, now):
    booking = request_one()
    services.cancel_booking(booking_id=booking.pk, actor=applicant, now=now)

    page = say(booking, "approve")

    assert page.status_code == 409
    assert "The booking has meanwhile moved on" in text_of(page)


def test_question_and_decline_reach_the_applicant(say, request_one, rooms):
    asked, declined = request_one(), request_one(room=rooms[1])

    say(asked, "question", text="几支话筒？")
    say(declined, "decline", reason="当天检修")

    asked.refresh_from_db()
    declined.refresh_from_db()
    assert (asked.status, asked.messages.get().text) == ("questioned", "几支话筒？")
    assert (declined.status, declined.decline_reason) == ("declined", "当天检修")


@pytest.mark.parametrize(("verb", "field"), [("question", "text"), ("decline", "reason")])
def test_question_and_decline_need_words(say, request_one, verb, field):
    booking = request_one()

    page = say(booking, verb, **{field: " "})

    assert page.status_code == 422
    assert f'class="decide-panel is-open" id="panel-{verb}"' in page.content.decode()
    assert "Please fill this in." in text_of(page)


def test_offer_holds_the_other_room(say, request_one, rooms):
    booking = request_one()

    say(booking, "offer", room=rooms[1].pk, on="2026-11-24", start="09:00", end="11:00")

    offer = booking.offers.get()
    assert (offer.room, offer.start_at, offer.occupancies.count()) == (rooms[1], booking.start_at, 1)


def test_offer_of_a_taken_room_is_a_409(say, request_one, rival, secretary, rooms, now):
    booking = request_one()
    taken = request_one(room=rooms[1], actor=rival)
    services.approve_booking(booking_id=taken.pk, actor=secretary, now=now)

    page = say(booking, "offer", room=rooms[1].pk, on="2026-11-24", start="09:00", end="11:00")

    assert page.status_code == 409
    assert not booking.offers.exists()


def test_offer_that_ends_before_it_starts_is_refused_beside_the_field(say, request_one, rooms):
    booking = request_one()

    page = say(booking, "offer", room=rooms[1].pk, on="2026-11-24", start="11:00", end="09:00")

    assert page.status_code == 422
    assert "The end must be after the start." in text_of(page)


def test_own_request_waits_for_another_secretary(say, desk, request_one, secretary):
    factories.make_user("second", "secretary", site=secretary.site)
    booking = request_one(actor=secretary)

    assert "This is your own request; another secretary decides on it." in text_of(desk.get(INBOX))
    assert say(booking, "approve").status_code == 403


def test_own_request_with_nobody_else_to_decide_says_so(desk, request_one, secretary):
    request_one(actor=secretary)

    assert "Nobody else may decide on this request." in text_of(desk.get(INBOX))


def test_list_alone_marks_the_open_request(desk, request_one):
    booking = request_one()

    page = desk.get("/inbox/list/", {"ref": booking.ref})

    assert 'aria-current="true"' in page.content.decode()
    assert "<h1" not in page.content.decode()


@pytest.mark.parametrize("name", ["applicant", "manager", "server"])
def test_inbox_is_for_secretaries(client, request, name):
    client.force_login(request.getfixturevalue(name))

    assert client.get(INBOX).status_code == 403


def test_requests_of_another_site_are_not_found(client, stranger, request_one):
    booking = request_one()
    client.force_login(stranger)

    assert client.post(reverse("bookings:approve", args=[booking.ref])).status_code == 404
    assert "季度会" not in client.get(INBOX).content.decode()


def test_inbox_statements_do_not_grow_with_rows(desk, request_one, rooms, query_count):
    request_one(room=rooms[0])
    desk.get(INBOX)
    with_one = query_count(lambda: desk.get(INBOX))

    for room in rooms[1:]:
        request_one(room=room, guests=(GuestData(name="杜邦"),))

    assert query_count(lambda: desk.get(INBOX)) == with_one


def test_page_with_an_open_request_takes_ten_statements_at_most(desk, request_one, rooms, site, now, query_count):
    """Everything that can stand around it does: a rival, a waiting list, shared equipment, supplies, a question."""
    factories.make_pool(site, "CART", quantity=1)
    factories.make_supply(site, "TEA", use="tea", on_hand=3)
    wants = {"room": rooms[0], "tea": True, "equipment": ("CART",), "guests": (GuestData(name="杜邦"),)}
    chosen = request_one(**wants)
    request_one(**wants)
    first = query_count(lambda: desk.get(INBOX))

    page = desk.get(f"{INBOX}{chosen.ref}/?in_room={rooms[0].pk}")

    assert page.context["supply_needs"]
    assert page.context["pool_fits"]
    assert page.context["losers"]
    assert first <= 10
    assert query_count(lambda: desk.get(f"{INBOX}{chosen.ref}/")) <= 10
    assert query_count(lambda: desk.get(f"{INBOX}list/")) <= 5


def test_rooms_to_choose_from_are_those_of_the_site(desk, request_one, rooms, query_count):
    """The filter names rooms out of use as well; offered are only those in use."""
    elsewhere = factories.make_room(factories.make_site("HK"), "999")
    rooms[2].is_active = False
    rooms[2].save()
    request_one(room=rooms[0])

    context = desk.get(f"{INBOX}?in_room={rooms[0].pk}").context

    filtered = [value for value, _label in context["filter"].fields["in_room"].choices]
    offered = [value for value, _label in context["offer_form"].fields["room"].choices]
    assert filtered == ["", *(room.pk for room in rooms)]
    assert offered == ["", rooms[0].pk, rooms[1].pk]
    assert elsewhere.pk not in filtered
    assert f'<option value="{rooms[0].pk}" selected>Room 108</option>' in str(context["filter"]["in_room"])


def test_closures_are_made_and_lifted(desk, room_108):
    address = reverse("bookings:closures", args=[room_108.pk])
    times = {"from_day": "2026-11-24", "from_time": "08:00", "until_day": "2026-11-24", "until_time": "18:00"}
    assert "No closures" in text_of(desk.get(address))

    made = desk.post(address, {**times, "reason": "更换灯泡"}, follow=True)

    assert "更换灯泡" in text_of(made)
    lifted = desk.post(reverse("bookings:reopen", args=[room_108.pk, Closure.objects.get().pk]), follow=True)
    assert "108 is back in use." in text_of(lifted)
    assert not Closure.objects.exists()


def test_closure_over_a_meeting_names_it(desk, request_one, secretary, now):
    booking = request_one()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    times = {"from_day": "2026-11-24", "from_time": "08:00", "until_day": "2026-11-24", "until_time": "18:00"}

    page = desk.post(reverse("bookings:closures", args=[booking.room_id]), {**times, "reason": "检修"})

    assert page.status_code == 409
    assert "Meetings stand in that time. Move or cancel them first:" in text_of(page)
    assert booking.get_absolute_url() in page.content.decode()
    assert not Closure.objects.exists()


def test_closures_of_another_site_are_not_found(client, stranger, room_108):
    client.force_login(stranger)

    assert client.get(reverse("bookings:closures", args=[room_108.pk])).status_code == 404


def test_closures_are_not_for_applicants(client, applicant, room_108):
    client.force_login(applicant)

    assert client.get(reverse("bookings:closures", args=[room_108.pk])).status_code == 403
