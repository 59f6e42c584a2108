from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

from bookings.drawing_inbox import inbox_rows
from bookings.models import Booking
from bookings.selectors import inbox_of
from staff.models import User
from tests.factories import make_booking

SCRIPT = "<script>alert('x')</script>"
ESCAPED = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"
MARKS = {
    "is_due": "Look-time missed",
    "has_offer": "Offer made",
    "is_taken": "Taken",
    "waits_for_slot": "Waiting list",
}


@pytest.fixture
def booking(room_108, applicant, now):
    User.objects.filter(pk=applicant.pk).update(display_name="<b>Li</b>")
    return make_booking(
        room=room_108,
        applicant=applicant,
        start=now + timedelta(days=1),
        minutes=90,
        status=Booking.Status.REQUESTED,
        title=SCRIPT,
        host_department="R&D",
        headcount=12,
    )


@pytest.fixture
def item(booking, secretary, now):
    (found,) = inbox_of(secretary, now)
    return replace(found, is_unread=False, is_due=False)


def row(item, language="en", chosen="", query=""):
    with translation.override(language):
        return inbox_rows([{"item": item, "age": "2 <hours>"}], chosen=chosen, query=query)


def test_row_says_what_was_asked_for_and_by_whom(item):
    drawn = row(item)

    for words in (
        ESCAPED,
        "R&amp;D · &lt;b&gt;Li&lt;/b&gt;",
        "Tue 24 Nov 09:00–10:30 · <b>108</b> · 12",
        "2 &lt;hours",
    ):
        assert words in drawn
    assert "<script>" not in drawn
    assert f'<a id="item-{item.booking.ref}" class="inbox-item" href="/inbox/{item.booking.ref}/"' in drawn
    assert 'class="mark' not in drawn
    assert 'aria-current="true"' not in drawn


@pytest.mark.parametrize(("name", "words"), MARKS.items())
def test_row_carries_the_mark_of_what_a_decision_must_know(name, words, item):
    assert f"{words}</span>" in row(replace(item, **{name: True}))
    assert words not in row(item)


def test_slot_offered_to_whoever_waited_is_said_so(item):
    drawn = row(replace(item, has_offer=True, waits_for_slot=True))

    assert "Slot offered" in drawn
    assert "Offer made" not in drawn


def test_question_exception_and_rivals_are_marked(item):
    item.booking.status, item.booking.exceptions = Booking.Status.QUESTIONED, ["too_long"]
    item.booking.room_count, item.booking.room_number = 3, 2

    drawn = row(replace(item, competing=4))

    for words in ("Waits for an answer", "Exception", "Competing 4", "room 2 of 3"):
        assert f"{words}</span>" in drawn
    assert "inbox-item is-questioned" in drawn


def test_row_that_is_not_the_readers_to_decide_cannot_be_chosen(item):
    assert " disabled>" not in row(item)
    assert " disabled>" in row(replace(item, dates=5))
    drawn = row(replace(item, may_decide=False))
    assert " disabled>" in drawn
    assert "Others decide" in drawn


def test_unread_and_open_rows_are_told_apart(item):
    drawn = row(replace(item, is_unread=True), chosen=item.booking.ref)

    assert '<li class="inbox-row is-unread" data-current>' in drawn
    assert "Unread:" in drawn
    assert drawn.count('aria-current="true"') == 1


def test_addresses_carry_the_filter_on(item):
    drawn = row(item, query='show=due&x="')

    assert drawn.count(f'="/inbox/{item.booking.ref}/?show=due&amp;x=&quot;"') == 2


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_row_speaks_the_readers_language(language, item):
    drawn = row(replace(item, dates=5, is_taken=True, competing=2, may_decide=False), language)

    with translation.override(language):
        words = [ngettext("Series, %(n)s date", "Series, %(n)s dates", 5) % {"n": 5}, gettext("Taken")]
        words += [gettext("Others decide"), gettext("Competing %(n)s") % {"n": 2}]
    assert [word for word in words if word not in drawn] == []
    assert "Series" not in drawn
