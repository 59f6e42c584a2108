"""By which ways a notice leaves the app: choices, quiet hours, and one message for what waited."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail

from staff.models import Delivery, Notice, NoticePreferences
from staff.notice_kinds import NoticeKind
from staff.services.channels import keep_preferences
from staff.services.notices import notify, notify_many
from staff.services.outbox import deliver_due
from tests.staff.ways_out import chat_of, registered, room_of

# 23:30 in Shanghai, inside the quiet hours below.
NIGHT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


@pytest.fixture
def reader(server):
    server.email, server.language = "s@example.test", "en"
    server.save()
    return server


@pytest.fixture
def asleep(reader):
    keep_preferences(person=reader, quiet_from=time(22), quiet_until=time(7), choices={}, now=NIGHT)
    return reader


def choose(person, now, **choices):
    keep_preferences(person=person, quiet_from=None, quiet_until=None, choices=choices, now=now)


def tell(person, code="booking_approved", now=NIGHT, key="a", *, by_mail=True, **fields):
    params = {"ref": "HW-1", "room": "108", "what": "Tea", "due": "2026-11-23T16:00:00+00:00"}
    return notify(recipient=person, code=code, params=params, url="/", key=key, now=now, mail=by_mail, **fields)


def rows():
    return list(Delivery.objects.order_by("channel").values_list("channel", "state", "next_at"))


def test_notice_without_a_choice_goes_wherever_its_reader_can_be_reached(reader, now):
    chat_of(reader, now)
    registered(reader, now)

    tell(reader, now=now)

    assert rows() == [("chat", "pending", now), ("mail", "pending", now), ("push", "pending", now)]


def test_notice_whose_writer_asks_for_no_mail_is_not_mailed(reader, now):
    tell(reader, by_mail=False, now=now)

    assert rows() == []


def test_notice_is_mailed_where_its_reader_chose_so(reader, now):
    choose(reader, now, reminders=["mail"])
    chat_of(reader, now)

    tell(reader, "reminder_due", by_mail=False, now=now)

    assert rows() == [("mail", "pending", now)]


def test_notice_of_a_kind_chosen_away_stays_in_the_app(reader, now):
    choose(reader, now, decisions=[])
    chat_of(reader, now)

    tell(reader, now=now)

    assert (rows(), Notice.objects.count()) == ([], 1)


def test_notice_to_several_addresses_has_a_row_for_each(reader, now):
    choose(reader, now, decisions=["chat", "push"])
    for name in ("a", "b"):
        chat_of(reader, now, name=name)
        registered(reader, now, endpoint=f"https://push.example.com/{name}")

    tell(reader, now=now)

    assert [channel for channel, _state, _at in rows()] == ["chat", "chat", "push", "push"]


def test_ordinary_notice_in_quiet_hours_is_held_till_their_end(asleep):
    tell(asleep)

    assert rows() == [("mail", "held", MORNING)]


@pytest.mark.parametrize(
    "code", ["reminder_late", "incident_opened", "incident_over", "service_call", "meeting_overruns"]
)
def test_late_incidents_and_calls_pass_the_quiet_hours(asleep, code):
    chat_of(asleep, NIGHT)

    tell(asleep, code)

    assert rows() == [("chat", "pending", NIGHT), ("mail", "pending", NIGHT)]


def test_urgent_notice_of_any_kind_passes_the_quiet_hours(asleep):
    tell(asleep, "reminders_digest", urgency="urgent")

    assert rows() == [("mail", "pending", NIGHT)]


def test_notice_outside_the_quiet_hours_goes_at_once(asleep, now):
    tell(asleep, now=now)

    assert rows() == [("mail", "pending", now)]


def test_notices_of_a_night_go_out_as_one_message_at_its_end(asleep):
    for number in range(3):
        tell(asleep, key=str(number), now=NIGHT + timedelta(minutes=number))

    before = deliver_due(now=MORNING - timedelta(seconds=1), lane="mail")
    report = deliver_due(now=MORNING, lane="mail")

    assert (before.sent, len(report.sent)) == ([], 1)
    assert [message.subject for message in mail.outbox] == ["3 notices from your quiet hours"]
    assert mail.outbox[0].body.count("HW-1") >= 3
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["folded", "folded", "sent"]


def test_one_notice_of_a_night_reads_like_any_other(asleep):
    tell(asleep)

    deliver_due(now=MORNING, lane="mail")

    assert "HW-1" in mail.outbox[0].subject


def test_notices_of_a_night_are_folded_for_each_way_and_person(asleep, secretary):
    secretary.email = "x@example.test"
    secretary.save()
    keep_preferences(person=secretary, quiet_from=time(22), quiet_until=time(7), choices={}, now=NIGHT)
    chat_of(asleep, NIGHT)
    for key in "ab":
        tell(asleep, key=f"{key}1")
        tell(secretary, key=f"{key}2")

    deliver_due(now=MORNING, lane="mail")

    assert sorted(message.to[0] for message in mail.outbox) == ["s@example.test", "x@example.test"]
    assert Delivery.objects.filter(channel="chat").exclude(state="folded").count() == 1


def test_notice_held_twice_over_is_released_once(asleep):
    tell(asleep)
    deliver_due(now=MORNING, lane="mail")
    deliver_due(now=MORNING + timedelta(hours=1), lane="mail")

    assert len(mail.outbox) == 1


def test_group_hears_once_of_what_many_are_told(site, server, secretary, manager, now):
    room_of(site, manager, now)
    params = {"what": "Tea", "room": "108", "due": "2026-11-23T16:00:00+00:00", "who": "Li Juan"}

    people = [server, secretary]
    notify_many(recipients=people, code="reminder_escalated", params=params, url="/", key="late:1", now=now)

    assert [channel for channel, _state, _at in rows()] == ["group"]


def test_group_hears_of_its_kinds_and_of_its_site_only(site, server, stranger, manager, now):
    room_of(site, manager, now, kinds=["incidents"])
    for person, code in ((server, "reminder_escalated"), (server, "incident_opened"), (stranger, "incident_opened")):
        tell(person, code, now=now, key=f"{person}{code}", by_mail=False)

    assert list(Delivery.objects.values_list("code", flat=True)) == ["incident_opened"]


def test_reach_takes_the_same_statements_for_more_people(reader, applicant, secretary, now, query_count):
    facts = {"code": "booking_approved", "params": {}, "url": "/", "now": now}
    one = query_count(lambda: notify_many(recipients=[reader], key="a", **facts))

    assert query_count(lambda: notify_many(recipients=[reader, applicant, secretary], key="b", **facts)) == one


def test_every_kind_may_be_chosen_and_is_in_a_row(reader, now):
    choose(reader, now, **{kind.value: ["mail"] for kind in NoticeKind})

    assert set(NoticePreferences.objects.get().choices) == {kind.value for kind in NoticeKind}
