"""The log in the reader's words."""

from django.utils import translation

from rooms.history import history_of
from rooms.models import Room, RoomLog, Site


def line(site, actor, now, changes, verb="room_changed", model=Room):
    entry = RoomLog(site=site, actor=actor, at=now, verb=verb, changes=changes)
    with translation.override("en"):
        return history_of([entry], model)[0]


def texts(found):
    return [(each.label, each.old, each.new) for each in found.differences]


def test_history_names_fields_and_values_as_pages_do(site, secretary, now):
    changes = {
        "has_movable_tables": [False, True],
        "standing_layout": ["u_shape", "theatre"],
        "name_en": ["", "Hall"],
        "equipment": [{"screen": 1}, {}],
        "layouts": [[], [{"layout": "u_shape", "capacity": 28, "setup_minutes": 30, "teardown_minutes": 15}]],
        "parts": [["201"], ["201A", "201B"]],
    }

    found = line(site, secretary, now, changes)

    assert (found.text, found.actor, found.at) == ("room changed", secretary, now)
    assert texts(found) == [
        ("tables can be moved", "no", "yes"),
        ("standing layout", "U shape", "Theatre"),
        ("name in English", "—", "Hall"),
        ("equipment", "Screen × 1", "—"),
        ("layouts", "—", "U shape 28 (30+15)"),
        ("spaces", "201", "201A, 201B"),
    ]


def test_history_of_a_new_room_does_not_repeat_its_page(site, secretary, now):
    found = line(site, secretary, now, {"code": [None, "108"]}, verb="room_created")

    assert (found.text, texts(found)) == ("room made", [])


def test_history_of_a_field_that_is_no_more_shows_its_name(site, secretary, now):
    assert texts(line(site, secretary, now, {"colour": ["red", "blue"]})) == [("colour", "red", "blue")]


def test_history_of_a_site_names_its_fields(site, secretary, now):
    found = line(site, secretary, now, {"time_zone": ["UTC", "Asia/Shanghai"]}, verb="site_changed", model=Site)

    assert texts(found) == [("time zone", "UTC", "Asia/Shanghai")]


def test_history_of_a_closure_shows_its_facts_in_the_sites_time(site, secretary, now):
    facts = {"start": now.isoformat(), "reason": "repair"}

    found = line(site, secretary, now, facts, verb="closed")

    assert (found.text, texts(found)) == (
        "taken out of use",
        [("from", None, "Mon 23 Nov 09:00"), ("reason", None, "repair")],
    )
