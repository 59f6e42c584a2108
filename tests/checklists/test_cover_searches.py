"""Away for weeks: who takes each of the meetings, worked out in the background and shown by day."""

from datetime import timedelta

import pytest

from checklists.models import Assignment, CoverSearch
from checklists.selectors.absence import absence_of, latest_cover
from checklists.services.cover_searches import make_cover, request_cover
from staff.models import Leave
from tests.checklists.assigning import SERVICE, crew
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, serve
from tests.checklists.pages import HTMX, signed_in

pytestmark = pytest.mark.usefixtures("still_english_clock")

WEEKS = timedelta(days=24)


@pytest.fixture
def people(site, now):
    """Three on shift today, and every Monday of the weeks to come."""
    found = crew(site, now, 3)
    for user in found:
        for week in (1, 2, 3):
            on_shift(user, now + timedelta(weeks=week) - HOUR, 12)
    return found


@pytest.fixture
def mondays(rooms, applicant, people, now):
    """Two meetings of the first person on each of four Mondays."""
    made = [
        approved(room=rooms[number], applicant=applicant, start=start + at * HOUR, minutes=60, now=now, tea=True)
        for start in (now + timedelta(weeks=week) for week in range(4))
        for number, at in ((0, 2), (1, 5))
    ]
    for booking in made:
        serve(booking, people[0], SERVICE, now=now)
    return made


def until(now):
    return (now + WEEKS).date()


def address(person, now):
    return f"/people/{person.pk}/ill/?until={until(now)}"


def found_for(person, manager, now):
    search = request_cover(person=person, start=now, until=until(now), actor=manager, now=now)
    make_cover(search_id=search.pk, now=now)
    search.refresh_from_db()
    return search


def shown(person, manager, now):
    end = (now + WEEKS).replace(hour=16)
    search = latest_cover(person, until(now))
    return absence_of(person=person, start=now, end=end, reader=manager, now=now, search=search)


def test_each_week_has_takers_and_the_load_is_carried_on(mondays, people, manager, now):
    search = found_for(people[0], manager, now)

    takers = [each.taker for each in shown(people[0], manager, now).meetings]
    assert (search.state, search.progress, len(search.found)) == ("done", 100, 8)
    assert sorted(takers.count(user) for user in people[1:]) == [4, 4]


def test_week_without_anybody_on_shift_says_so(mondays, people, manager, now):
    people[1].shifts.filter(during__startswith__gt=now + timedelta(days=1)).delete()
    people[2].shifts.filter(during__startswith__gt=now + timedelta(days=1)).delete()

    found_for(people[0], manager, now)

    whys = [each.why for each in shown(people[0], manager, now).meetings]
    assert whys == ["", ""] + ["Nobody is on shift then."] * 6


def test_page_asks_a_worker_shows_progress_then_days_and_enters_it_all(mondays, people, manager, now):
    client = signed_in(manager)
    first = client.get(address(people[0], now)).content.decode()
    assert "8 meetings become uncovered" in first
    assert "Work out who takes what" in first
    assert "taker-" not in first

    asked = client.post(address(people[0], now), {"act": "propose", "until": until(now)})
    assert asked.status_code == 302
    waiting = client.get(asked.url).content.decode()
    assert 'hx-trigger="every 1s"' in waiting
    search = CoverSearch.objects.get()
    assert client.get(asked.url, **HTMX).status_code == 200
    make_cover(search_id=search.pk, now=now)
    assert client.get(asked.url, **HTMX).status_code == 286

    text = client.get(asked.url).content.decode()
    assert text.count("cover-day") == 4
    absence = shown(people[0], manager, now)
    sent = {"until": until(now), "start": now.isoformat(), "digest": absence.digest}
    sent |= {f"taker-{each.assignment_id}": each.taker.pk for each in absence.meetings}
    done = client.post(address(people[0], now), sent, follow=True).content.decode()

    assert "Entered; 8 meetings were passed on." in done
    assert not Assignment.objects.filter(user=people[0]).exists()
    assert Leave.objects.count() == 1


def test_meetings_changed_since_are_not_shown_with_old_takers(mondays, people, manager, rooms, applicant, now):
    found_for(people[0], manager, now)
    later = approved(room=rooms[2], applicant=applicant, start=now + timedelta(days=15), minutes=60, now=now)
    serve(later, people[0], SERVICE, now=now)

    text = signed_in(manager).get(address(people[0], now)).content.decode()

    assert "9 meetings become uncovered" in text
    assert "Work out who takes what" in text
    assert "taker-" not in text


def test_week_or_less_is_answered_at_once(mondays, people, manager, now):
    text = signed_in(manager).get(f"/people/{people[0].pk}/ill/?until={now + timedelta(days=5):%Y-%m-%d}")

    assert "taker-" in text.content.decode()
    assert not CoverSearch.objects.exists()


def test_request_twice_makes_one_and_a_lost_worker_is_given_up(mondays, people, manager, now):
    terms = {"person": people[0], "start": now, "until": until(now), "actor": manager}
    first = request_cover(now=now, **terms)

    assert request_cover(now=now + MINUTE, **terms) == first
    assert request_cover(now=now + 10 * MINUTE, **terms) != first


def test_search_is_made_once_and_says_when_it_fails(mondays, people, manager, now, monkeypatch):
    search = found_for(people[0], manager, now)
    assert make_cover(search_id=search.pk, now=now) is None

    monkeypatch.setattr("checklists.services.cover_searches.cover_in_weeks", lambda *_a, **_k: 1 / 0)
    again = request_cover(person=people[0], start=now, until=until(now), actor=manager, now=now)
    with pytest.raises(ZeroDivisionError):
        make_cover(search_id=again.pk, now=now)

    assert latest_cover(people[0], until(now)).state == "failed"
    text = signed_in(manager).get(address(people[0], now)).content.decode()
    assert "could not be made" in text
    assert "taker-" not in text


def test_odd_until_starts_no_search(mondays, people, manager, now):
    response = signed_in(manager).post(f"/people/{people[0].pk}/ill/", {"act": "propose", "until": "2027-11-22"})

    assert (response.status_code, CoverSearch.objects.exists()) == (422, False)


def test_page_asks_as_many_statements_for_eight_meetings_as_for_two(mondays, people, manager, now, query_count):
    client = signed_in(manager)
    found_for(people[0], manager, now)
    client.get(address(people[0], now))
    many = query_count(lambda: client.get(address(people[0], now)))
    Assignment.objects.filter(booking__in=[mondays[1], *mondays[3:]]).delete()
    found_for(people[0], manager, now)

    assert query_count(lambda: client.get(address(people[0], now))) == many
