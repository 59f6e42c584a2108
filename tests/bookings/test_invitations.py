"""The invitation in an applicant's mail: it enters the meeting, follows its changes and takes it out again."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core import mail
from icalendar import Calendar

from bookings import services
from bookings.services.decisions import UNDO_WITHIN
from staff.models import Delivery, Notice
from staff.services.outbox import deliver_due

HOUR = timedelta(hours=1)


@pytest.fixture
def booking(applicant, room_108, now, settings):
    settings.DEFAULT_FROM_EMAIL = "会务 <huiwu@example.test>"
    applicant.email = "wang@example.test"
    applicant.save()
    return asked(applicant, room_108, now)


def asked(applicant, room, now, **fields):
    start = now + 24 * HOUR
    facts = {"title": "季度会", "host_department": "市场部", "contact_name": "王敏", "contact_phone": "62019988"}
    data = services.BookingData(
        room=room, start_at=start, end_at=start + HOUR, headcount=10, **facts | {"wishes": "保密"} | fields
    )
    return services.request_booking(data=data, actor=applicant, now=now)


def sent(now):
    """What arrived by then: of each mail the method, the event and the names of its files."""
    mail.outbox.clear()
    # A decision is told when it can no longer be taken back.
    deliver_due(now=now + UNDO_WITHIN)
    return [read(message) for message in mail.outbox]


def sent_messages(now):
    sent(now)
    return mail.outbox


def read(message):
    parts = list(message_from_bytes(message.message().as_bytes()).walk())
    calendars = [part for part in parts if part.get_content_type() == "text/calendar"]
    inline = [part for part in calendars if part.get_param("method")]
    if not inline:
        return "", None, [part.get_filename() for part in calendars]
    [event] = Calendar.from_ical(inline[0].get_payload(decode=True)).events
    return inline[0].get_param("method"), event, [each.get_filename() for each in calendars if each.get_filename()]


def test_approval_brings_the_invitation(booking, secretary, now):
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    [(method, event, files)] = sent(now)

    assert (method, event["status"], event["sequence"], files) == ("REQUEST", "CONFIRMED", 1, [f"{booking.ref}.ics"])
    assert (event["organizer"], event["attendee"]) == ("mailto:huiwu@example.test", "mailto:wang@example.test")
    assert event["attendee"].params["RSVP"] == "FALSE"
    assert (event.start, str(event["summary"])) == (booking.start_at, "季度会")


def test_change_and_cancellation_follow_under_the_same_uid(booking, secretary, now):
    facts = {"booking_id": booking.pk, "actor": secretary}
    services.approve_booking(**facts, now=now)
    seen = sent(now)
    services.change_booking(**facts, changes={"title": "年会"}, now=now + HOUR)
    seen += sent(now + HOUR)
    services.change_booking(**facts, changes={"headcount": 20}, now=now + 2 * HOUR)
    seen += sent(now + 2 * HOUR)
    services.cancel_booking(**facts, now=now + 3 * HOUR)
    seen += sent(now + 3 * HOUR)

    assert [(method, event["status"], event["sequence"]) for method, event, _ in seen] == [
        ("REQUEST", "CONFIRMED", 1),
        ("REQUEST", "CONFIRMED", 2),
        ("REQUEST", "TENTATIVE", 3),
        ("CANCEL", "CANCELLED", 4),
    ]
    assert len({str(event["uid"]) for _, event, _ in seen}) == 1


def test_own_change_and_cancellation_reach_the_calendar_without_a_notice_to_read(booking, applicant, secretary, now):
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    sent(now)
    facts = {"booking_id": booking.pk, "actor": applicant}
    services.change_booking(**facts, changes={"title": "年会"}, now=now + HOUR)
    changed = sent(now + HOUR)
    services.cancel_booking(**facts, now=now + 2 * HOUR)
    cancelled = sent(now + 2 * HOUR)

    assert [method for method, _, _ in changed + cancelled] == ["REQUEST", "CANCEL"]
    own = Notice.objects.filter(recipient=applicant, code="booking_calendar")
    assert (own.count(), own.filter(read_at=None).count()) == (2, 0)


def test_own_change_before_any_approval_sends_nothing(booking, applicant, now):
    services.change_booking(booking_id=booking.pk, actor=applicant, changes={"title": "年会"}, now=now)
    services.cancel_booking(booking_id=booking.pk, actor=applicant, now=now)

    assert sent(now) == []


def test_accepted_offer_brings_the_invitation(booking, applicant, secretary, room_108, now):
    times = {"start": booking.start_at + 3 * HOUR, "end": booking.end_at + 3 * HOUR}
    services.offer_alternative(booking_id=booking.pk, room_id=room_108.pk, actor=secretary, now=now, **times)
    sent(now)
    services.accept_offer(booking_id=booking.pk, actor=applicant, now=now)

    [(method, event, _)] = sent(now)

    assert (method, event["status"], event.start) == ("REQUEST", "CONFIRMED", times["start"])


def test_mail_that_is_late_says_how_the_booking_stands_now(booking, secretary, now):
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    services.cancel_booking(booking_id=booking.pk, actor=secretary, now=now)

    assert [(method, event["sequence"]) for method, event, _ in sent(now)] == [("CANCEL", 2), ("CANCEL", 2)]


def test_private_topic_does_not_travel(booking, secretary, now):
    booking.is_private, booking.title = True, "并购谈判"
    booking.save()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)

    [(_, event, _)] = sent(now)

    text = mail.outbox[0].message().as_string()
    assert event["class"] == "PRIVATE"
    assert "并购" not in event.to_ical().decode()
    assert "62019988" not in text


def test_decline_and_question_of_a_request_bring_no_invitation(booking, secretary, now):
    facts = {"booking_id": booking.pk, "actor": secretary, "now": now}
    services.question_booking(**facts, text="?")
    services.decline_booking(**facts, reason="x")

    assert [(method, files) for method, _, files in sent(now)] == [("", []), ("", [])]


def test_secretaries_get_no_invitation_of_others(booking, applicant, secretary, now):
    secretary.email = "s@example.test"
    secretary.save()
    services.approve_booking(booking_id=booking.pk, actor=secretary, now=now)
    sent(now)
    services.cancel_booking(booking_id=booking.pk, actor=applicant, now=now)

    found = {message.to[0]: read(message)[0] for message in sent_messages(now)}

    assert found == {"s@example.test": "", "wang@example.test": "CANCEL"}
    assert Delivery.objects.filter(state="failed").count() == 0
