"""Many people at once, saying whatever comes to mind about the same few rooms."""

import random
from collections import Counter
from functools import partial

import pytest

from bookings.errors import BookingError
from bookings.models import BookingLog
from tests.bookings.test_random_walk import QUARTER, VERBS, House, check

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 8
SAYINGS = 40


def chatter(seed, rooms, applicant, secretary, now):
    """What one person gets to hear, by kind of answer."""
    dice = random.Random(seed)
    house = House(rooms, applicant, secretary, now)
    heard = Counter()
    for _ in range(SAYINGS):
        moment, length = dice.randrange(12) * QUARTER, dice.randint(1, 6) * QUARTER
        verb = dice.choice([*VERBS, "request", "request"])
        try:
            house.say(verb, dice.randrange(40), dice.randrange(3), moment, length, 0)
        except BookingError as exc:
            heard[exc.code] += 1
        else:
            heard["done"] += 1
    return heard


def test_many_at_once_leave_rooms_states_and_logs_in_step(rooms, applicant, secretary, now, at_once):
    people = [partial(chatter, seed, rooms, applicant, secretary, now) for seed in range(100, 100 + PEOPLE)]

    heard = at_once(*people)

    # A deadlock or any other error of the database would stand here in place of the counts.
    assert [each for each in heard if not isinstance(each, Counter)] == []
    total = sum(heard, Counter())
    assert sum(total.values()) == PEOPLE * SAYINGS
    assert total["done"] > PEOPLE
    assert total["room_taken"] > 0
    # How many still stand in the end is chance.
    assert BookingLog.objects.filter(verb="approve", to_status="approved").exists()
    check(House(rooms, applicant, secretary, now))
