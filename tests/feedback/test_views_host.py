from datetime import timedelta

from django.urls import reverse

from bookings.models import Booking
from feedback.models import RATINGS, Survey, SurveyAnswer
from tests import factories
from tests.bookings.pages import text_of


def answered(room, applicant, now, rating, **fields):
    booking = factories.make_booking(
        room=room, applicant=applicant, start=now - timedelta(days=9), status=Booking.Status.ENDED, **fields
    )
    survey = Survey.objects.create(booking=booking, asked_at=now, asked_of=applicant)
    SurveyAnswer.objects.create(survey=survey, answered_at=now, **dict.fromkeys(RATINGS, rating))


def hint(client, reader, booking):
    reader.language = "en"
    reader.save()
    client.force_login(reader)
    return client.get(reverse("feedback:host_hint", args=[booking.ref]))


def test_host_hint_tells_earlier_meetings_with_their_average(client, room_108, applicant, secretary, now):
    answered(room_108, applicant, now, 5)
    answered(room_108, applicant, now, 4)
    answered(room_108, applicant, now, 1, host_department="法务部")
    waiting = factories.make_booking(room=room_108, applicant=applicant, start=now + timedelta(days=1))

    assert "2 earlier meetings of this department · 4.5 of 5 in 2 answers" in text_of(hint(client, secretary, waiting))


def test_host_hint_without_answers_gives_no_average(client, room_108, applicant, secretary, now):
    waiting = factories.make_booking(room=room_108, applicant=applicant, start=now + timedelta(days=1))

    assert text_of(hint(client, secretary, waiting)).strip() == "0 earlier meetings of this department"


def test_host_hint_is_not_for_the_applicant(client, room_108, applicant, now):
    waiting = factories.make_booking(room=room_108, applicant=applicant, start=now + timedelta(days=1))

    assert hint(client, applicant, waiting).status_code == 403
