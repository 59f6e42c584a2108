import pytest

from bookings.inbox_window import AFTER, BEFORE, window_of
from tests import factories

REFS = [f"HW-{number}" for number in range(100)]


def test_window_without_a_request_begins_at_the_top():
    window = window_of(REFS, "")

    assert (window.shown, window.chosen) == (REFS[:AFTER], "HW-0")
    assert (window.above, window.below, window.last_above, window.first_below) == (0, 60, "", "HW-40")


def test_window_stands_around_the_open_request():
    window = window_of(REFS, "HW-50")

    assert window.shown == REFS[50 - BEFORE : 50 + AFTER]
    assert (window.above, window.below, window.last_above, window.first_below) == (40, 10, "HW-39", "HW-90")


def test_window_of_a_request_that_no_longer_waits_begins_at_the_top():
    assert window_of(REFS, "HW-999").chosen == "HW-0"


def test_window_of_an_empty_inbox():
    window = window_of([], "HW-1")

    assert (window.shown, window.chosen, window.following, window.below) == ([], "", "", 0)


@pytest.mark.parametrize(("chosen", "following"), [("HW-3", "HW-4"), ("HW-99", "HW-98")])
def test_window_names_what_opens_next(chosen, following):
    assert window_of(REFS, chosen).following == following


def test_window_of_a_single_request_has_none_that_follows():
    assert window_of(["HW-1"], "HW-1").following == ""


def test_long_inbox_shows_a_part_and_leads_to_the_rest(client, secretary, applicant, room_108, now, time_machine):
    time_machine.move_to(now, tick=False)
    for number in range(AFTER + 3):
        factories.make_booking(room=room_108, applicant=applicant, start=now, ref=f"HW-{number:03}")
    client.force_login(secretary)

    page = client.get("/inbox/").content.decode()

    assert page.count('class="inbox-item') == AFTER
    assert f'<span class="count">{AFTER + 3}</span>' in page
    assert f'class="inbox-more" href="/inbox/HW-{AFTER:03}/"' in page
    further = client.get(f"/inbox/HW-{AFTER:03}/").content.decode()
    assert f'id="item-HW-{AFTER + 2:03}"' in further
    assert 'class="inbox-more" href="/inbox/HW-029/"' in further
