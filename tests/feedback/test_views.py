from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse

from bookings.models import Booking
from feedback.links import SALT, VALID_FOR, survey_id_of, survey_token
from feedback.models import RATINGS, SurveyAnswer
from feedback.services import answer_survey, ask_feedback
from tests.factories import make_booking, make_room

FIVE = dict.fromkeys(RATINGS, "5")


def ended_booking(room, applicant, now, **fields):
    return make_booking(
        room=room,
        applicant=applicant,
        start=now - timedelta(hours=3),
        status=Booking.Status.ENDED,
        actual_start_at=now - timedelta(hours=3),
        actual_end_at=now - timedelta(hours=1),
        **fields,
    )


@pytest.fixture
def survey(room_108, applicant, now):
    return ask_feedback(booking=ended_booking(room_108, applicant, now), now=now)


@pytest.fixture
def link(survey):
    return reverse("feedback:answer", args=[survey_token(survey.pk)])


def test_token_forged_or_mangled_opens_nothing(survey):
    token = survey_token(survey.pk)

    assert survey_id_of(token) == survey.pk
    assert survey_id_of(token[:-1]) is None
    assert survey_id_of(signing.dumps(survey.pk, salt="another")) is None
    assert survey_id_of(signing.dumps({"pk": survey.pk}, salt=SALT)) is None


def test_token_past_its_time_opens_nothing(survey, now, time_machine):
    time_machine.move_to(now, tick=False)
    token = survey_token(survey.pk)

    time_machine.move_to(now + VALID_FOR, tick=False)
    assert survey_id_of(token) == survey.pk
    time_machine.move_to(now + VALID_FOR + timedelta(seconds=2), tick=False)
    assert survey_id_of(token) is None


def test_answer_page_without_sign_in_shows_no_private_thing(client, link, survey):
    page = client.get(link).content.decode()

    assert survey.booking.title not in page
    assert survey.booking.contact_phone not in page


def test_answer_page_complete_form_stores_and_thanks(client, link, survey):
    response = client.post(link, FIVE | {"text": "很好"}, follow=True)

    assert response.redirect_chain == [(link, 302)]
    assert SurveyAnswer.objects.values_list("survey_id", "room", "text", "answered_by").get() == (
        survey.pk,
        5,
        "很好",
        None,
    )


def test_answer_page_missing_rating_keeps_what_was_typed(client, link):
    response = client.post(link, {"room": "4", "text": "说了一半"})

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"equipment", "drinks", "manner", "speed"}
    assert "说了一半" in response.content.decode()
    assert SurveyAnswer.objects.count() == 0


@pytest.mark.parametrize("rating", ["0", "6", "x", "5.5", ""])
def test_answer_page_rating_off_the_scale_is_refused(client, link, rating):
    response = client.post(link, FIVE | {"speed": rating})

    assert (response.status_code, SurveyAnswer.objects.count()) == (422, 0)


def test_answer_page_second_answer_shows_thanks_and_keeps_the_first(client, link):
    client.post(link, FIVE | {"text": "first"})

    client.post(link, FIVE | {"text": "second"})

    assert SurveyAnswer.objects.get().text == "first"


def test_closing_page_ended_meeting_carries_the_signed_link(client, server, survey):
    client.force_login(server)

    page = client.get(reverse("feedback:closing", args=[survey.booking.ref]))

    assert survey_id_of(page.context["link"].rstrip("/").rsplit("/", 1)[1]) == survey.pk
    assert page.context["qr"].startswith("data:image/svg+xml")


def test_overview_manager_sees_averages_by_room(client, manager, site, room_108, applicant, now, time_machine):
    time_machine.move_to(now, tick=False)
    other = make_room(site, "201")
    for room, ratings in ((room_108, 5), (room_108, 3), (other, 2)):
        survey = ask_feedback(booking=ended_booking(room, applicant, now), now=now)
        answer_survey(survey_id=survey.pk, ratings=dict.fromkeys(RATINGS, ratings), text="", actor=None, now=now)
    client.force_login(manager)

    context = client.get(reverse("feedback:overview")).context

    assert [(row.label, row.answers, row.overall) for row in context["by_room"]] == [("108", 2, 4.0), ("201", 1, 2.0)]
    assert (context["total"].answers, context["asked"]) == (3, 3)


@pytest.mark.parametrize(
    ("span", "fields"),
    [
        ({"since": "2026-11-20", "until": "2026-11-01"}, {"until"}),
        ({"since": "0001-01-01", "until": "0001-01-01"}, {"since", "until"}),
        ({"since": "9999-12-31", "until": "9999-12-31"}, {"since", "until"}),
    ],
)
def test_overview_span_that_is_none_says_so(client, manager, span, fields):
    client.force_login(manager)

    response = client.get(reverse("feedback:overview"), span)

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == fields


@pytest.mark.parametrize("page", ["0", "-1", "abc", "999999999999999999999"])
def test_overview_odd_page_number_answers_the_nearest(client, manager, page):
    client.force_login(manager)

    assert client.get(reverse("feedback:overview"), {"page": page}).status_code == 200


def test_overview_query_count_does_not_grow_with_answers(
    client, manager, room_108, applicant, now, time_machine, query_count
):
    time_machine.move_to(now, tick=False)
    client.force_login(manager)
    counts = []
    for _ in range(3):
        survey = ask_feedback(booking=ended_booking(room_108, applicant, now), now=now)
        answer_survey(survey_id=survey.pk, ratings=dict.fromkeys(RATINGS, 4), text="", actor=None, now=now)
        counts.append(query_count(lambda: client.get(reverse("feedback:overview"))))

    assert counts[0] == counts[2]
