"""Somebody who is ill until the end of the day: what is shown, and what is confirmed."""

from checklists.selectors.absence import absence_of
from checklists.services.falling_ill import cover_sickness
from tests.checklists.meetings import HOUR


def end(now):
    return now + 15 * HOUR


def absence(person, manager, now):
    return absence_of(person=person, start=now, end=end(now), reader=manager, now=now)


def cover(person, manager, now, takers=None, **facts):
    found = absence(person, manager, now)
    chosen = {each.assignment_id: each.taker.pk for each in found.meetings if each.taker}
    terms = {"takers": chosen if takers is None else takers, "shifts": {}, "digest": found.digest} | facts
    return cover_sickness(user_id=person.pk, start=now, end=end(now), actor=manager, now=now, **terms)
