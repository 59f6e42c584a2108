"""Shared equipment: who has it, and that nobody gets what others have."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.errors import EquipmentTaken, InvalidBooking
from bookings.models import ApprovalRule, Booking
from bookings.recurrence import Every, Rule
from bookings.selectors import alternatives_for, free_rooms
from bookings.selectors.sharing import holdings_at, pool_fits, short_codes, span_of
from bookings.services.occupancy import wanted_by
from bookings.services.series import Scope, approve_series, change_series, request_series
from bookings.wording import differences
from rooms.equipment import EquipmentWords
from rooms.models import EquipmentPool, Space
from tests import factories

CART = ("CART",)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def pool(site):
    return factories.make_pool(site, "CART", 1)


@pytest.fixture
def approve(secretary, now):
    return lambda booking: services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)


def test_request_for_what_others_have_is_accepted(approve_one, request_one, rooms):
    approve_one(equipment=CART)

    booking = request_one(room=rooms[1], equipment=CART)

    assert (booking.status, short_codes(booking)) == ("requested", ["CART"])


def test_approval_for_what_others_have_is_refused_and_changes_nothing(approve_one, request_one, approve, rooms):
    approve_one(equipment=CART)
    booking = request_one(room=rooms[1], equipment=CART)

    with pytest.raises(EquipmentTaken) as refused:
        approve(booking)

    booking.refresh_from_db()
    assert (booking.status, booking.occupancies.count(), refused.value.codes) == ("requested", 0, ["CART"])


def test_approval_of_the_second_of_two_is_given(approve_one, request_one, approve, rooms, pool):
    EquipmentPool.objects.update(quantity=2)
    approve_one(equipment=CART)

    assert approve(request_one(room=rooms[1], equipment=CART)).status == "approved"
    with pytest.raises(EquipmentTaken):
        approve(request_one(room=rooms[2], equipment=CART))


@pytest.mark.parametrize(("minutes", "fits"), [(180, True), (179, False)])
def test_set_up_and_clearing_keep_it_as_well(approve_one, request_one, approve, rooms, now, minutes, fits):
    """Two hours, half an hour of clearing, half an hour of set-up: three hours later at the earliest."""
    approve_one(equipment=CART)
    start = now + DAY + timedelta(minutes=minutes)
    booking = request_one(room=rooms[1], equipment=CART, start_at=start, end_at=start + HOUR)

    if fits:
        assert approve(booking).status == "approved"
    else:
        with pytest.raises(EquipmentTaken):
            approve(booking)


def test_two_after_each_other_leave_one_of_two_for_a_long_meeting(approve_one, request_one, approve, rooms, now):
    EquipmentPool.objects.update(quantity=2)
    for room, hours in ((rooms[0], 0), (rooms[1], 4)):
        approve_one(room=room, equipment=CART, start_at=now + DAY + hours * HOUR, end_at=now + DAY + (hours + 1) * HOUR)
    long = request_one(room=rooms[2], equipment=CART, start_at=now + DAY, end_at=now + DAY + 5 * HOUR)

    assert approve(long).status == "approved"


def test_cancelling_gives_it_to_others(approve_one, request_one, approve, rooms, applicant, now):
    first = approve_one(equipment=CART)
    second = request_one(room=rooms[1], equipment=CART)
    services.cancel_booking(booking_id=first.pk, actor=applicant, now=now)

    assert approve(second).status == "approved"


def test_meeting_ended_early_gives_it_back_after_clearing(run_one, request_one, approve, rooms, server, now):
    running = run_one(equipment=CART)
    later = running.start_at + 2 * HOUR
    second = request_one(room=rooms[1], equipment=CART, start_at=later, end_at=later + HOUR)
    services.end_meeting(booking_id=running.pk, actor=server, now=running.start_at + HOUR)

    assert approve(second).status == "approved"


def test_hall_of_two_spaces_takes_one_piece(approve_one, request_one, approve, site, rooms):
    EquipmentPool.objects.update(quantity=2)
    hall = factories.make_room(site, "HALL")
    hall.spaces.set(Space.objects.filter(code__in=("108", "201")))
    approve_one(room=hall, equipment=CART)

    assert approve(request_one(room=rooms[2], equipment=CART)).status == "approved"


def test_other_sites_have_their_own(approve_one, stranger, applicant, now, approve):
    approve_one(equipment=CART)
    elsewhere = factories.make_room(stranger.site, "A1")
    factories.make_pool(stranger.site, "CART", 1)
    start = now + DAY
    there = factories.make_booking(room=elsewhere, applicant=applicant, start=start, equipment=list(CART))

    assert short_codes(there) == []


def test_offer_holds_it(request_one, approve, rooms, secretary, now):
    first, second = request_one(equipment=CART), request_one(room=rooms[2], equipment=CART)
    times = {"start": first.start_at, "end": first.end_at, "actor": secretary, "now": now}
    services.offer_alternative(booking_id=first.pk, room_id=rooms[1].pk, **times)

    with pytest.raises(EquipmentTaken):
        approve(second)
    with pytest.raises(EquipmentTaken):
        services.offer_alternative(booking_id=second.pk, room_id=rooms[0].pk, **times)
    assert services.accept_offer(booking_id=first.pk, actor=first.applicant, now=now).status == "approved"


def test_change_decided_at_once_is_held_to_it(approve_one, rooms, secretary, now):
    approve_one(equipment=CART)
    other = approve_one(room=rooms[1])
    change = {"booking_id": other.pk, "changes": {"equipment": CART}, "actor": secretary, "now": now, "decides": True}

    with pytest.raises(EquipmentTaken):
        services.change_booking(**change)


def test_extension_is_held_to_it(run_one, approve_one, rooms, server, now):
    running = run_one(equipment=CART)
    later = running.end_at + HOUR
    approve_one(room=rooms[1], equipment=CART, start_at=later, end_at=later + HOUR)
    extend = {"booking_id": running.pk, "actor": server, "now": running.start_at + HOUR}

    with pytest.raises(EquipmentTaken):
        services.extend_meeting(end=running.end_at + timedelta(minutes=10), **extend)


def test_move_of_an_approved_series_is_held_to_it(approve_one, data, rooms, applicant, secretary, now):
    """Shorter within the old time stays approved, and must still have what it has."""
    series = series_of(data, rooms[1], applicant, now)
    approve_series(series_id=series.pk, actor=secretary, now=now)
    first = series.bookings.order_by("start_at").first()
    EquipmentPool.objects.update(quantity=0)
    changes = {"end_at": first.end_at - HOUR}

    with pytest.raises(EquipmentTaken):
        change_series(booking_id=first.pk, scope=Scope.ALL, changes=changes, actor=secretary, now=now)


def series_of(data, room, applicant, now, count=3):
    rule = Rule(Every.DAY, (now + DAY).date(), count=count)
    return request_series(data=data(room=room, equipment=CART), rule=rule, actor=applicant, now=now)


def test_series_names_the_dates_it_cannot_have_it_on(approve_one, data, rooms, applicant, secretary, now):
    series = series_of(data, rooms[1], applicant, now)
    start = now + 2 * DAY
    approve_one(equipment=CART, start_at=start, end_at=start + HOUR)

    with pytest.raises(EquipmentTaken) as refused:
        approve_series(series_id=series.pk, actor=secretary, now=now)

    assert refused.value.dates == [start.date()]
    lost = series.bookings.get(start_at=start)
    approve_series(series_id=series.pk, actor=secretary, now=now, leave_out=[lost.pk])
    assert sorted(series.bookings.values_list("status", flat=True)) == ["approved", "approved", "declined"]


def test_rule_does_not_approve_what_others_have(approve_one, request_one, rooms, site, secretary, now):
    approve_one(equipment=CART)
    ApprovalRule.objects.create(site=site, most_people=50, created_by=secretary, created_at=now)

    assert request_one(room=rooms[1], equipment=CART).status == "requested"
    assert request_one(room=rooms[2]).status == "approved"


@pytest.mark.parametrize("code", ["NONE", "OLD", "ELSEWHERE"])
def test_unknown_or_withdrawn_equipment_is_refused(request_one, site, stranger, code):
    factories.make_pool(site, "OLD", is_active=False)
    factories.make_pool(stranger.site, "ELSEWHERE")

    with pytest.raises(InvalidBooking) as refused:
        request_one(equipment=(code,))

    assert [fault.code for fault in refused.value.errors["equipment"]] == ["unknown_choice"]


def test_withdrawn_equipment_stays_with_who_has_it(approve_one, applicant, now, pool):
    booking = approve_one(equipment=CART)
    EquipmentPool.objects.update(is_active=False)

    services.change_booking(booking_id=booking.pk, changes={"headcount": 5}, actor=applicant, now=now)

    booking.refresh_from_db()
    assert (booking.status, booking.equipment) == ("approved", ["CART"])


def test_more_shared_equipment_asks_for_a_new_decision(approve_one, applicant, now):
    booking = approve_one()

    result = services.change_booking(booking_id=booking.pk, changes={"equipment": CART}, actor=applicant, now=now)

    assert result.reopened


def test_free_rooms_count_it_as_available_only_when_it_is_free(approve_one, rooms, site, now):
    approve_one(equipment=CART)
    start = now + DAY
    busy = free_rooms(site=site, start=start, end=start + HOUR, equipment=CART)
    later = free_rooms(site=site, start=start + 4 * HOUR, end=start + 5 * HOUR, equipment=CART)

    assert {fit.room.code: fit.reasons for fit in busy} == {
        "108": ("equipment_in_use", "taken"),
        "201": ("equipment_in_use",),
        "205": ("equipment_in_use",),
    }
    assert [fit.suits for fit in later] == [True, True, True]


def test_alternatives_are_such_that_it_can_be_had(approve_one, request_one, rooms, now):
    approve_one(equipment=CART)
    booking = request_one(room=rooms[1], equipment=CART)

    found = alternatives_for(wanted=wanted_by(booking), now=now)

    assert found
    assert all(each.start.date() != booking.start_at.date() for each in found)


def test_fit_names_who_has_it_and_hides_private_topics(approve_one, request_one, rooms, site, secretary, server):
    approve_one(equipment=CART, title="人事任免", is_private=True)
    booking = request_one(room=rooms[1], equipment=CART)
    holdings = holdings_at(site.pk, [span_of(booking)], exclude=[booking.pk])

    def seen_by(user):
        (fit,) = pool_fits(site, CART, span_of(booking), holdings, user=user)
        return [str(each.words) for each in fit.users], fit.in_use, fit.fits

    assert seen_by(server)[0] != ["人事任免"]
    assert seen_by(server)[1:] == (1, False)


def test_room_with_its_own_is_noted(site, request_one):
    factories.make_pool(site, "PROJ", kind="projector")
    booking = request_one(equipment=("PROJ",))

    (fit,) = pool_fits(site, ["PROJ"], span_of(booking), [], kinds={"projector"})

    assert (fit.is_fixed, fit.fits, fit.left) == (True, True, 1)


def test_slot_is_offered_to_the_next_when_the_first_cannot_have_equipment(
    approve_one, data, rooms, applicant, secretary, site, now
):
    holder = approve_one()
    approve_one(room=rooms[1], equipment=CART)
    other = factories.make_user("other", "applicant", site=site)
    first = services.request_booking(data=data(equipment=CART), actor=applicant, now=now, wait=True)
    second = services.request_booking(data=data(), actor=other, now=now + HOUR, wait=True)
    services.cancel_booking(booking_id=holder.pk, actor=secretary, now=now + HOUR)

    services.offer_free_slots(now=now + HOUR)

    assert (first.offers.count(), second.offers.filter(state="open").count()) == (0, 1)


def test_words_cost_one_statement_however_many(site, query_count, django_assert_num_queries):
    factories.make_pool(site, "PROJ")
    words = EquipmentWords()

    with django_assert_num_queries(1):
        named = [words.word(site.pk, code) for code in ("projector", "CART", "PROJ", "GONE", "CART")]

    assert named[3] == "GONE"
    assert len(set(named)) == 4


def test_undo_leaves_an_offer_that_can_no_longer_be_equipped(request_one, approve_one, rooms, secretary, now):
    booking = request_one(equipment=CART)
    times = {"start": booking.start_at, "end": booking.end_at, "actor": secretary, "now": now}
    services.offer_alternative(booking_id=booking.pk, room_id=rooms[1].pk, **times)
    services.decline_booking(booking_id=booking.pk, reason="x", actor=secretary, now=now)
    approve_one(room=rooms[2], equipment=CART)

    services.undo_decision(booking_id=booking.pk, actor=secretary, now=now)

    assert Booking.objects.get(pk=booking.pk).status == "requested"
    assert not booking.offers.filter(state="open").exists()


def test_series_whose_dates_others_have_the_equipment_of_is_a_persons_to_decide(
    approve_one, data, rooms, site, secretary, applicant, now
):
    approve_one(equipment=CART, start_at=now + 2 * DAY, end_at=now + 2 * DAY + HOUR)
    ApprovalRule.objects.create(site=site, most_people=20, created_by=secretary, created_at=now)

    series = series_of(data, rooms[1], applicant, now)

    assert list(series.bookings.order_by("start_at").values_list("status", flat=True)) == [
        "approved",
        "requested",
        "approved",
    ]


def test_change_that_a_rule_would_cover_is_decided_anew_where_others_have_the_equipment(
    approve_one, rooms, site, secretary, applicant, now
):
    approve_one(equipment=CART)
    booking = approve_one(room=rooms[1])
    ApprovalRule.objects.create(site=site, most_people=20, created_by=secretary, created_at=now)

    result = services.change_booking(
        booking_id=booking.pk, changes={"equipment": CART}, actor=applicant, now=now, decides=False
    )

    assert (result.reopened, result.by_rule, result.booking.status) == (True, False, "requested")


def test_booking_does_not_take_its_shared_equipment_to_another_site(approve_one, administrator, now):
    elsewhere = factories.make_room(factories.make_site("EAST"), "E1")

    with pytest.raises(InvalidBooking) as refused:
        services.change_booking(
            booking_id=approve_one(equipment=CART).pk, changes={"room": elsewhere}, actor=administrator, now=now
        )

    assert [fault.code for fault in refused.value.errors["equipment"]] == ["unknown_choice"]


def test_change_of_equipment_is_told_by_its_name(approve_one, applicant, now):
    booking = approve_one()
    services.change_booking(booking_id=booking.pk, changes={"equipment": CART}, actor=applicant, now=now)

    told = differences(booking.log.last().changes, booking.site, may_see_guests=True, may_see_title=True)

    assert [each.after for each in told] == [EquipmentPool.objects.get().name]
