"""A series asked for, decided on, changed and called off: all of it or nothing, and one notice for each verb."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookings import services
from bookings.errors import BookingError, InvalidBooking, SeriesTaken, StateConflict
from bookings.models import Booking, BookingLog, Occupancy, Series, SeriesDate
from bookings.recurrence import Every, Rule
from bookings.services import AgendaData, GuestData
from bookings.services.series import (
    Instead,
    Scope,
    answer_series,
    approve_series,
    cancel_dates,
    change_series,
    decline_series,
    question_series,
    request_series,
)
from rooms.models import Room
from staff.models import Delivery, Notice
from tests import factories

Status = Booking.Status
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAYS = [date(2026, 11, 24) + timedelta(weeks=number) for number in range(10)]


def at(on, hour):
    return datetime.combine(on, time(hour), tzinfo=SHANGHAI)


def weekly(count=4, **fields):
    return Rule(Every.WEEK, TUESDAYS[0], count=count, **fields)


def rich(room):
    """The room as the services are given it."""
    return Room.objects.with_fittings().get(pk=room.pk)


@pytest.fixture
def ask(data, applicant, now):
    """Four Tuesdays from nine to eleven unless told otherwise."""

    def make(rule=None, **fields):
        terms = {name: fields.pop(name) for name in TERMS if name in fields}
        actor = fields.pop("actor", applicant)
        return request_series(data=data(**fields), rule=rule or weekly(), actor=actor, now=now, **terms)

    return make


TERMS = ("left_out", "instead", "leaves_taken", "leaves_holidays")


@pytest.fixture
def approved(ask, secretary, now):
    def make(*args, **fields):
        return approve_series(series_id=ask(*args, **fields).pk, actor=secretary, now=now)

    return make


@pytest.fixture
def take(rooms, manager, now):
    """Somebody else has the room on that date, from nine to eleven."""

    def make(on, room=None, hours=(9, 11)):
        terms = {"start": at(on, hours[0]), "end": at(on, hours[1]), "reason": "x", "actor": manager, "now": now}
        return services.close_room(room_id=(room or rooms[0]).pk, **terms)

    return make


def starts(series, *statuses):
    rows = series.bookings.order_by("start_at")
    return [row.start_at for row in (rows.filter(status__in=statuses) if statuses else rows)]


def reasons(series):
    return {row.on: row.reason for row in series.dates.filter(booking=None)}


def notices(user):
    rows = Notice.objects.filter(recipient=user, code__startswith="series_").order_by("pk")
    return [(row.code, row.params["count"]) for row in rows]


# Asking


def test_request_series_makes_a_request_for_each_date(ask, applicant):
    series = ask()

    rows = list(series.bookings.order_by("start_at"))
    assert [row.start_at for row in rows] == [at(on, 9) for on in TUESDAYS[:4]]
    assert [row.end_at for row in rows] == [at(on, 11) for on in TUESDAYS[:4]]
    assert {row.status for row in rows} == {Status.REQUESTED}
    assert [row.recurrence_at for row in rows] == [row.start_at for row in rows]
    assert [row.ref for row in rows] == [f"HW-{on:%Y%m%d}-001" for on in TUESDAYS[:4]]
    assert (series.ref, series.applicant, series.rule) == (
        "HS-20261124-001",
        applicant,
        "FREQ=WEEKLY;BYDAY=TU;COUNT=4",
    )
    assert list(series.dates.values_list("on", "booking", "reason")) == [
        (on, row.pk, "") for on, row in zip(TUESDAYS[:4], rows, strict=True)
    ]
    assert list(BookingLog.objects.values_list("verb", "to_status")) == [("request", "requested")] * 4


def test_request_series_takes_guests_and_agenda_to_each_date(ask, data, now):
    item = AgendaData("开场", now + timedelta(days=1), now + timedelta(days=1, minutes=30))
    series = ask(guests=(GuestData("杜邦", ash_tray="left"),), agenda=(item,))

    for row in series.bookings.prefetch_related("guests", "agenda"):
        assert [guest.name for guest in row.guests.all()] == ["杜邦"]
        assert [(item.starts_at, item.ends_at) for item in row.agenda.all()] == [
            (row.start_at, row.start_at + timedelta(minutes=30))
        ]


def test_request_series_tells_each_secretary_once(ask, secretary, applicant):
    ask()

    assert notices(secretary) == [("series_requested", 4)]
    assert notices(applicant) == []


def test_request_series_with_a_taken_date_writes_nothing(ask, take):
    take(TUESDAYS[1])

    with pytest.raises(SeriesTaken) as caught:
        ask()

    assert [(each.start, each.conflicts) for each in caught.value.dates] == [
        (at(TUESDAYS[1], 9), ((at(TUESDAYS[1], 9), at(TUESDAYS[1], 11)),))
    ]
    assert (Series.objects.count(), Booking.objects.count()) == (0, 0)


def test_request_series_finds_the_last_of_many_dates_taken(ask, take):
    """Another system looked at the first two dates only."""
    take(date(2026, 11, 24) + timedelta(days=259))

    with pytest.raises(SeriesTaken) as caught:
        ask(Rule(Every.DAY, TUESDAYS[0], count=260))

    assert len(caught.value.dates) == 1


def test_request_series_leaving_out_taken_dates_keeps_them_with_the_reason(ask, take):
    take(TUESDAYS[1])

    series = ask(leaves_taken=True)

    assert starts(series) == [at(TUESDAYS[number], 9) for number in (0, 2, 3)]
    assert reasons(series) == {TUESDAYS[1]: "taken"}


def test_request_series_with_a_date_left_out_by_hand_says_whether_it_was_taken(ask, take):
    take(TUESDAYS[1])

    series = ask(left_out=TUESDAYS[1:3])

    assert reasons(series) == {TUESDAYS[1]: "taken", TUESDAYS[2]: "left_out"}


def test_request_series_with_another_room_for_a_taken_date_asks_for_that(ask, take, rooms):
    take(TUESDAYS[1])
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 10), at(TUESDAYS[1], 12))

    series = ask(instead={TUESDAYS[1]: other})

    booking = series.dates.get(on=TUESDAYS[1]).booking
    assert (booking.room, booking.start_at) == (rooms[1], at(TUESDAYS[1], 10))
    # What the rule meant stays.
    assert booking.recurrence_at == at(TUESDAYS[1], 9)


def test_request_series_with_another_room_that_is_taken_too_is_refused(ask, take, rooms):
    take(TUESDAYS[1])
    take(TUESDAYS[1], rooms[1])
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 9), at(TUESDAYS[1], 11))

    with pytest.raises(SeriesTaken) as caught:
        ask(instead={TUESDAYS[1]: other})

    assert [each.room for each in caught.value.dates] == [rooms[1]]


def test_request_series_with_another_room_that_does_not_fit_is_refused(ask, rooms):
    rooms[1].layouts.update(capacity=5)
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 9), at(TUESDAYS[1], 11))

    with pytest.raises(InvalidBooking) as caught:
        ask(instead={TUESDAYS[1]: other})

    assert [fault.code for fault in caught.value.errors["instead"]] == ["over_capacity"]


def test_request_series_leaves_out_public_holidays_when_asked(ask):
    # New Year's Day 2027 is a Friday.
    rule = Rule(Every.DAY, date(2026, 12, 31), count=3)

    assert reasons(ask(rule, leaves_holidays=True)) == {date(2027, 1, 1): "holiday"}
    assert reasons(ask(rule)) == {}


def test_request_series_whose_dates_run_into_each_other_is_refused(ask, now):
    with pytest.raises(SeriesTaken) as caught:
        # With set-up and tear-down an hour longer than a day.
        ask(Rule(Every.DAY, TUESDAYS[0], count=3), end_at=now + timedelta(days=2))

    assert [(each.start, each.conflicts) for each in caught.value.dates] == [(at(date(2026, 11, 25), 9), ())]


def test_request_series_checks_the_rule_and_the_data_together(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(Rule(Every.DAY, TUESDAYS[0]), title="", headcount=900)

    assert sorted(caught.value.errors) == ["headcount", "rule.until", "title"]


def test_request_series_with_nothing_left_is_refused(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(left_out=TUESDAYS[:4])

    assert caught.value.errors["rule.dates"][0].code == "no_dates_left"
    assert Series.objects.count() == 0


def test_request_series_with_a_date_of_no_series_is_refused(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(left_out=[date(2026, 11, 25)])

    assert caught.value.errors["leave_out"][0].code == "not_a_series_date"


def test_request_series_from_a_past_date_is_refused(ask):
    with pytest.raises(InvalidBooking) as caught:
        ask(Rule(Every.DAY, date(2026, 11, 20), count=9))

    assert caught.value.errors["start_at"][0].code == "in_past"


def test_request_series_holds_the_wall_clock_over_a_clock_change(site, ask, room_108):
    site.time_zone = "Europe/Berlin"
    site.save()
    berlin = ZoneInfo("Europe/Berlin")
    room = rich(room_108)
    start = datetime(2027, 3, 26, 9, tzinfo=berlin)

    series = ask(
        Rule(Every.DAY, date(2027, 3, 26), count=4), room=room, start_at=start, end_at=start + timedelta(hours=1)
    )

    assert [row.astimezone(berlin).hour for row in starts(series)] == [9] * 4


def test_request_series_takes_numbers_next_to_those_given(ask, request_one):
    request_one()

    series = ask()

    assert [row.ref for row in series.bookings.order_by("start_at")][:2] == ["HW-20261124-002", "HW-20261201-001"]


def test_request_series_takes_as_many_statements_for_many_dates_as_for_few(ask, query_count, secretary):
    guests = {"guests": (GuestData("杜邦"),)}
    # The room's own facts are read once.
    ask(weekly(1))

    few = query_count(lambda: ask(weekly(3), **guests))
    many = query_count(lambda: ask(weekly(60), **guests))

    assert few == many


# Deciding


def test_approve_series_takes_the_room_on_every_date(approved, applicant, heard):
    series = approved()

    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:4]]
    assert [row.during.lower for row in Occupancy.objects.order_by("during")] == [
        at(on, 9) - timedelta(minutes=30) for on in TUESDAYS[:4]
    ]
    assert heard == [("booking_approved", row.ref) for row in series.bookings.order_by("start_at")]
    assert notices(applicant) == [("series_approved", 4)]


def test_approve_series_twice_tells_the_state(approved, secretary, now):
    series = approved()

    with pytest.raises(StateConflict) as caught:
        approve_series(series_id=series.pk, actor=secretary, now=now)

    assert caught.value.status == "approved"
    assert Notice.objects.filter(code="series_approved").count() == 1


def test_approve_series_with_a_date_taken_meanwhile_writes_nothing(ask, take, secretary, now, heard):
    series = ask()
    take(TUESDAYS[2])

    with pytest.raises(SeriesTaken) as caught:
        approve_series(series_id=series.pk, actor=secretary, now=now)

    assert [each.start for each in caught.value.dates] == [at(TUESDAYS[2], 9)]
    assert starts(series, Status.REQUESTED) == [at(on, 9) for on in TUESDAYS[:4]]
    assert (Occupancy.objects.filter(closure=None).count(), heard) == (0, [])


def test_approve_series_leaving_out_the_taken_date_keeps_it_with_the_reason(ask, take, secretary, now, applicant):
    series = ask()
    take(TUESDAYS[2])
    taken = series.dates.get(on=TUESDAYS[2]).booking

    approve_series(series_id=series.pk, leave_out=[taken.pk], actor=secretary, now=now)

    assert starts(series, Status.APPROVED) == [at(TUESDAYS[number], 9) for number in (0, 1, 3)]
    row = series.dates.get(on=TUESDAYS[2])
    assert (row.reason, row.booking.status) == ("taken", Status.DECLINED)
    assert notices(applicant) == [("series_approved", 3)]


def test_approve_series_leaving_out_one_date_still_refuses_another_that_is_taken(ask, take, secretary, now):
    series = ask()
    take(TUESDAYS[2])
    free = series.dates.get(on=TUESDAYS[0]).booking

    with pytest.raises(SeriesTaken):
        approve_series(series_id=series.pk, leave_out=[free.pk], actor=secretary, now=now)

    assert starts(series, Status.REQUESTED) == [at(on, 9) for on in TUESDAYS[:4]]


def test_approve_series_after_a_decline_in_the_middle_leaves_that_date_declined(ask, secretary, now):
    series = ask()
    middle = series.dates.get(on=TUESDAYS[1]).booking
    services.decline_booking(booking_id=middle.pk, reason="x", actor=secretary, now=now)

    approve_series(series_id=series.pk, actor=secretary, now=now)

    assert starts(series, Status.APPROVED) == [at(TUESDAYS[number], 9) for number in (0, 2, 3)]
    assert starts(series, Status.DECLINED) == [at(TUESDAYS[1], 9)]


def test_approve_series_leaves_out_what_is_over(ask, secretary, now):
    series = ask()

    approve_series(series_id=series.pk, actor=secretary, now=now + timedelta(days=10))

    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[2:4]]
    assert starts(series, Status.DECLINED) == [at(on, 9) for on in TUESDAYS[:2]]


def test_approve_series_that_is_over_is_too_late(ask, secretary, now):
    with pytest.raises(BookingError) as caught:
        approve_series(series_id=ask().pk, actor=secretary, now=now + timedelta(days=99))

    assert caught.value.code == "too_late"


def test_approve_series_tells_losers_once_each(ask, request_one, secretary, manager, now):
    winner = ask()
    loser = ask(actor=manager)
    single = request_one(actor=secretary, start_at=at(TUESDAYS[1], 10), end_at=at(TUESDAYS[1], 12))
    deputy = factories.make_user("deputy", "secretary", site=single.site)

    approve_series(series_id=winner.pk, actor=deputy, now=now)

    assert list(Notice.objects.filter(code="series_outbid").values_list("recipient", "params__count")) == [
        (manager.pk, 4)
    ]
    assert list(Notice.objects.filter(code="booking_outbid").values_list("recipient", "params__ref")) == [
        (secretary.pk, single.ref)
    ]
    # They compete on; nothing of others is touched.
    assert starts(loser, Status.REQUESTED) == [at(on, 9) for on in TUESDAYS[:4]]


def test_approve_series_gives_back_what_was_held_for_its_dates(ask, rooms, secretary, now):
    series = ask()
    booking = series.bookings.earliest("start_at")
    terms = {"start": at(TUESDAYS[0], 9), "end": at(TUESDAYS[0], 11), "room_id": rooms[0].pk}
    services.offer_alternative(booking_id=booking.pk, actor=secretary, now=now, **terms)

    approve_series(series_id=series.pk, actor=secretary, now=now)

    assert Occupancy.objects.filter(booking=booking).count() == 1
    assert Occupancy.objects.exclude(offer=None).count() == 0


def test_approve_series_takes_as_many_statements_for_many_dates_as_for_few(ask, secretary, now, query_count):
    few, many = ask(weekly(3)), ask(weekly(60), start_at=at(TUESDAYS[0], 14), end_at=at(TUESDAYS[0], 15))

    def approve(series):
        return query_count(lambda: approve_series(series_id=series.pk, actor=secretary, now=now - timedelta(days=5)))

    assert approve(few) == approve(many)


def test_decline_series_declines_every_waiting_date_with_the_reason(ask, secretary, applicant, now):
    series = ask()

    decline_series(series_id=series.pk, reason="装修", actor=secretary, now=now)

    assert set(series.bookings.values_list("status", "decline_reason")) == {(Status.DECLINED, "装修")}
    assert set(series.dates.values_list("reason", flat=True)) == {SeriesDate.Reason.DECLINED}
    assert notices(applicant) == [("series_declined", 4)]


def test_decline_series_without_a_reason_is_refused(ask, secretary, now):
    with pytest.raises(InvalidBooking):
        decline_series(series_id=ask().pk, reason=" ", actor=secretary, now=now)


def test_question_and_answer_go_for_the_whole_series(ask, secretary, applicant, now):
    series = ask()

    question_series(series_id=series.pk, text="几人？", actor=secretary, now=now)
    assert set(series.bookings.values_list("status", flat=True)) == {Status.QUESTIONED}
    answer_series(series_id=series.pk, text="十人", actor=applicant, now=now)

    assert set(series.bookings.values_list("status", flat=True)) == {Status.REQUESTED}
    for row in series.bookings.all():
        assert list(row.messages.values_list("kind", "text")) == [("question", "几人？"), ("answer", "十人")]
    assert notices(applicant) == [("series_questioned", 4)]
    assert notices(secretary) == [("series_requested", 4), ("series_answered", 4)]


def test_series_verb_mails_one_digest(ask, secretary, applicant, now):
    applicant.email = "a@example.com"
    applicant.save()

    approve_series(series_id=ask(weekly(30)).pk, actor=secretary, now=now)

    assert Delivery.objects.filter(notice__recipient=applicant, channel="mail").count() == 1


# Calling off


def test_cancel_dates_calls_off_a_range_and_gives_the_room_back(approved, applicant, secretary, now, heard):
    series = approved(weekly(6))
    heard.clear()

    cancelled = cancel_dates(
        series_id=series.pk, first=TUESDAYS[2], last=TUESDAYS[4], reason="x", actor=applicant, now=now
    )

    assert [row.start_at for row in cancelled] == [at(on, 9) for on in TUESDAYS[2:5]]
    assert starts(series, Status.APPROVED) == [at(TUESDAYS[number], 9) for number in (0, 1, 5)]
    assert Occupancy.objects.count() == 3
    assert heard == [("booking_released", row.ref) for row in cancelled]
    assert notices(secretary)[-1] == ("series_cancelled", 3)
    assert notices(applicant)[-1] == ("series_approved", 6)


def test_cancel_dates_leaves_the_past_alone(approved, applicant, now):
    series = approved()

    cancel_dates(series_id=series.pk, first=date.min, last=date.max, actor=applicant, now=at(TUESDAYS[1], 10))

    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:2]]


def test_cancel_dates_again_says_that_none_is_left(approved, applicant, now):
    series = approved()
    terms = {"series_id": series.pk, "first": date.min, "last": date.max, "actor": applicant, "now": now}
    cancel_dates(**terms)

    with pytest.raises(BookingError) as caught:
        cancel_dates(**terms)

    assert caught.value.code == "no_open_dates"
    assert Notice.objects.filter(code="series_cancelled").count() == 1


# Changing


@pytest.fixture
def change(applicant, now):
    def make(series, number, scope, *, keep=(), moment=None, **changes):
        booking = series.dates.get(on=TUESDAYS[number]).booking
        terms = {"changes": changes, "keep": keep, "actor": applicant, "now": moment or now}
        return change_series(booking_id=booking.pk, scope=scope, **terms)

    return make


def test_change_series_of_following_dates_leaves_earlier_ones(approved, change, applicant, secretary):
    series = approved()

    result = change(series, 2, Scope.FOLLOWING, title="新题")

    titles = list(series.bookings.order_by("start_at").values_list("title", flat=True))
    assert titles == ["季度会", "季度会", "新题", "新题"]
    assert (result.changed, result.reopened) == (2, 0)
    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:4]]


def test_change_series_of_one_date_leaves_the_others(approved, change):
    series = approved()

    change(series, 2, Scope.ONE, title="新题")

    assert list(series.bookings.order_by("start_at").values_list("title", flat=True)) == ["季度会"] * 2 + [
        "新题",
        "季度会",
    ]


def test_change_series_of_text_checks_no_conflict(approved, change, monkeypatch):
    series = approved()

    def never(*args, **kwargs):
        raise AssertionError("a conflict was looked for")

    monkeypatch.setattr("bookings.selectors.claims._rows", lambda pieces, exclude: never() if pieces else [])

    assert change(series, 0, Scope.ALL, title="新题").changed == 4


def test_change_series_never_changes_what_has_begun(approved, change):
    series = approved()

    change(series, 0, Scope.ALL, title="新题", moment=at(TUESDAYS[1], 10))

    titles = list(series.bookings.order_by("start_at").values_list("title", flat=True))
    assert titles == ["季度会", "季度会", "新题", "新题"]


def test_change_series_to_another_time_moves_each_date_and_reopens_it(approved, change, secretary, applicant):
    series = approved()

    result = change(series, 1, Scope.FOLLOWING, start_at=at(TUESDAYS[1], 14), end_at=at(TUESDAYS[1], 16))

    assert starts(series) == [at(TUESDAYS[0], 9), *(at(on, 14) for on in TUESDAYS[1:4])]
    assert starts(series, Status.APPROVED) == [at(TUESDAYS[0], 9)]
    assert (result.changed, result.reopened, Occupancy.objects.count()) == (3, 3, 1)
    # The rule's own dates stay known.
    assert [row.recurrence_at for row in series.bookings.order_by("start_at")] == [at(on, 9) for on in TUESDAYS[:4]]
    assert notices(secretary)[-1] == ("series_reopened", 3)


def test_change_series_to_another_weekday_shifts_each_date(ask, change):
    series = ask()

    change(series, 0, Scope.ALL, start_at=at(date(2026, 11, 26), 9), end_at=at(date(2026, 11, 26), 11))

    assert starts(series) == [at(on + timedelta(days=2), 9) for on in TUESDAYS[:4]]


def test_change_series_to_the_time_of_its_own_dates_is_no_conflict(approved, change):
    """Each date moves where another of the same series was a moment before."""
    series = approved(Rule(Every.DAY, TUESDAYS[0], count=4))

    change(series, 0, Scope.ALL, start_at=at(date(2026, 11, 25), 9), end_at=at(date(2026, 11, 25), 11))

    assert starts(series) == [at(TUESDAYS[0] + timedelta(days=number), 9) for number in range(1, 5)]


def test_change_series_onto_a_date_of_its_own_that_stays_is_refused(approved, change):
    series = approved(Rule(Every.WEEK, TUESDAYS[0], weekdays=(1, 2), count=4))
    wednesday = date(2026, 11, 25)

    with pytest.raises(SeriesTaken) as caught:
        change(series, 0, Scope.ONE, start_at=at(wednesday, 9), end_at=at(wednesday, 11))

    assert [each.start for each in caught.value.dates] == [at(wednesday, 9)]


def test_change_series_to_a_shorter_time_keeps_the_rooms(approved, change):
    series = approved()

    result = change(series, 0, Scope.ALL, end_at=at(TUESDAYS[0], 10))

    assert (result.changed, result.reopened) == (4, 0)
    assert [row.during.upper for row in Occupancy.objects.order_by("during")] == [
        at(on, 10) + timedelta(minutes=30) for on in TUESDAYS[:4]
    ]


def test_change_series_to_a_time_taken_on_one_date_changes_nothing(approved, change, take):
    series = approved()
    take(TUESDAYS[2], hours=(14, 16))
    moved = {"start_at": at(TUESDAYS[1], 14), "end_at": at(TUESDAYS[1], 16)}

    with pytest.raises(SeriesTaken) as caught:
        change(series, 1, Scope.FOLLOWING, **moved)

    assert [each.start for each in caught.value.dates] == [at(TUESDAYS[2], 14)]
    assert starts(series, Status.APPROVED) == [at(on, 9) for on in TUESDAYS[:4]]
    assert Occupancy.objects.filter(closure=None).count() == 4

    change(series, 1, Scope.FOLLOWING, keep=[caught.value.dates[0].booking_id], **moved)

    assert starts(series, Status.APPROVED) == [at(TUESDAYS[0], 9), at(TUESDAYS[2], 9)]


def test_change_series_leaves_a_date_set_apart_in_its_own_time_and_room(ask, take, change, rooms):
    take(TUESDAYS[1])
    other = Instead(rich(rooms[1]), at(TUESDAYS[1], 15), at(TUESDAYS[1], 17))
    series = ask(instead={TUESDAYS[1]: other})

    change(series, 0, Scope.ALL, start_at=at(TUESDAYS[0], 13), end_at=at(TUESDAYS[0], 15), room=rich(rooms[2]))

    assert list(series.bookings.order_by("start_at").values_list("room", "start_at")) == [
        (rooms[1].pk if on == TUESDAYS[1] else rooms[2].pk, at(on, 15 if on == TUESDAYS[1] else 13))
        for on in TUESDAYS[:4]
    ]


def test_change_series_takes_a_new_agenda_to_each_date(ask, change):
    series = ask()
    item = AgendaData("开场", at(TUESDAYS[0], 9), at(TUESDAYS[0], 10))

    change(series, 0, Scope.ALL, agenda=(item,))

    for row in series.bookings.all():
        assert [each.starts_at for each in row.agenda.all()] == [row.start_at]


def test_change_series_to_what_it_is_changes_nothing(approved, change):
    assert change(approved(), 0, Scope.ALL, title="季度会").changed == 0


def test_change_series_takes_as_many_statements_for_many_dates_as_for_few(ask, change, query_count):
    few, many = ask(weekly(3)), ask(weekly(60), start_at=at(TUESDAYS[0], 14), end_at=at(TUESDAYS[0], 15))

    def count(series):
        return query_count(lambda: change(series, 0, Scope.ALL, title="新题", headcount=12))

    assert count(few) == count(many)
