"""Whom a guest's words name, and that good words reach that person."""

from datetime import timedelta

import pytest

from bookings.models import Booking
from feedback.models import RATINGS, Survey, SurveyAnswer
from feedback.naming import named_in
from feedback.remarks import remarks_of
from feedback.services import answer_survey, mark_complaint
from tests.factories import make_booking

NAMES = {
    1: ("王敏", "Wang Min"),
    2: ("王敏华", ""),
    3: ("李娟", "Li Juan"),
    4: ("张伟", ""),
    5: ("张伟", ""),
    6: ("李", "Li"),
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("谢谢李娟，很周到", {3}),
        ("王敏华倒茶很及时", {2}),
        ("王敏和王敏华都好", {1, 2}),
        ("Thanks to li juan!", {3}),
        ("Thanks to Lisa and Wang Mining", set()),
        # Two people bear the name.
        ("张伟很好", set()),
        # One sign is no name.
        ("李子很好吃", set()),
        ("", set()),
    ],
)
def test_whom_words_name(text, found):
    assert named_in(text, NAMES) == found


def test_odd_names_are_taken_as_they_are():
    assert named_in("a(.*)b", {1: ("(.*)", ""), 2: ("", "")}) == {1}


@pytest.fixture
def answered(room_108, applicant, server, cleaner, now):
    for person, name in ((server, "李娟"), (cleaner, "王敏")):
        person.display_name = name
        person.save()

    def do(text, at=now, **changes):
        start = at - timedelta(hours=5)
        booking = make_booking(room=room_108, applicant=applicant, start=start, status=Booking.Status.ENDED)
        survey = Survey.objects.create(booking=booking, asked_at=now, asked_of=applicant)
        ratings = dict.fromkeys(RATINGS, 5) | changes
        return answer_survey(survey_id=survey.pk, ratings=ratings, text=text, actor=applicant, now=now)

    return do


def test_who_is_named_with_thanks_reads_it_and_is_told_though_not_assigned(answered, server, cleaner):
    answered("王敏打扫得很干净")

    assert [(each.text, each.is_named) for each in remarks_of(cleaner)] == [("王敏打扫得很干净", True)]
    assert remarks_of(server) == []
    assert list(cleaner.notices.values_list("code", flat=True)) == ["praised_by_guest"]


@pytest.mark.parametrize("ratings", [dict.fromkeys(RATINGS, 2), {"manner": 3}, {"drinks": 1}])
def test_bad_words_name_nobody(answered, cleaner, ratings):
    answered("王敏太慢", **ratings)

    assert (remarks_of(cleaner), cleaner.notices.count()) == ([], 0)


def test_what_turns_out_a_complaint_is_no_praise_any_more(answered, cleaner, manager, now):
    answer = answered("王敏把茶洒了")
    mark_complaint(answer_id=answer.pk, actor=manager, now=now)

    assert remarks_of(cleaner) == []


def test_a_name_of_another_site_is_not_meant(answered, stranger):
    stranger.display_name = "陈曦"
    stranger.save()
    answered("陈曦很好")

    assert SurveyAnswer.named.through.objects.count() == 0
