"""Rooms: made and changed with their fittings, photo and division, each change on record."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Closure, Occupancy
from rooms.errors import RoomsError
from rooms.models import LayoutKind, Room, RoomLog
from rooms.services import LayoutRow, change_room, create_room
from tests.factories import make_booking, make_room

FIELDS = {"code": "301", "name_zh_hans": "报告厅", "name_en": "Auditorium", "floor": "3", "standing_layout": "theatre"}
LAYOUTS = [LayoutRow("theatre", 200, 60, 45), LayoutRow("class_room", 120, 60, 45)]


@pytest.fixture
def make(site, secretary, now):
    def make(parts=(), pictures=None, **fields):
        facts = {"layouts": LAYOUTS, "equipment": {"screen": 2, "sound": 0}, "actor": secretary, "now": now}
        return create_room(site=site, fields=FIELDS | fields, parts=parts, pictures=pictures, **facts)

    return make


@pytest.fixture
def change(secretary, now):
    def change(room, layouts=None, equipment=None, **options):
        fields = options.pop("fields", {})
        layouts = layouts or [
            LayoutRow(each.layout, each.capacity, each.setup_minutes, each.teardown_minutes)
            for each in room.layouts.all()
        ]
        held = {each.kind: each.quantity for each in room.equipment.all()} if equipment is None else equipment
        facts = {"layouts": layouts, "equipment": held, "actor": secretary, "now": now}
        return change_room(room_id=room.pk, fields=fields, **facts, **options)

    return change


def codes(room):
    return sorted(room.spaces.values_list("code", flat=True))


def test_create_room_stores_everything_and_a_space_of_its_own(make, site, secretary, now):
    room = Room.objects.get(pk=make().pk)

    assert (room.site, room.code, room.name_en, room.standing_layout) == (site, "301", "Auditorium", "theatre")
    assert [(each.layout, each.capacity) for each in room.layouts.all()] == [("class_room", 120), ("theatre", 200)]
    assert [(each.kind, each.quantity) for each in room.equipment.all()] == [("screen", 2)]
    assert codes(room) == ["301"]
    entry = RoomLog.objects.get()
    assert (entry.room, entry.site, entry.actor, entry.verb, entry.at) == (room, site, secretary, "room_created", now)


def test_create_room_with_a_taken_code_is_refused_and_writes_nothing(make, room_108):
    with pytest.raises(RoomsError) as refused:
        make(code="108")

    assert refused.value.code == "code_taken"
    assert (Room.objects.count(), RoomLog.objects.count()) == (1, 0)


def test_create_room_without_its_standing_layout_is_refused(make):
    with pytest.raises(RoomsError) as refused:
        make(standing_layout="banquet")

    assert refused.value.code == "standing_layout_missing"


def test_create_room_with_an_unknown_field_is_a_mistake_of_the_caller(make):
    with pytest.raises(ValueError, match="site_id"):
        make(site_id=1)


def test_create_room_after_another_took_its_code_gets_a_space_of_its_own(make, change, room_108):
    change(room_108, fields={"code": "109"})

    assert (codes(make(code="108")), codes(room_108)) == (["108-2"], ["108"])


def test_change_room_logs_the_difference_only(change, room_108, secretary):
    change(room_108, fields={"name_en": "Board", "floor": "1"}, equipment={"projector": 2})

    assert RoomLog.objects.get().changes == {
        "name_en": ["Room 108", "Board"],
        "equipment": [{"microphone": 1, "projector": 1}, {"projector": 2}],
    }
    assert [(each.kind, each.quantity) for each in room_108.equipment.all()] == [("projector", 2)]


def test_change_room_to_the_same_logs_nothing(change, room_108):
    change(room_108, fields={"name_en": "Room 108"})

    assert RoomLog.objects.count() == 0


def test_change_room_layouts_adds_changes_and_removes(change, room_108):
    change(room_108, layouts=[LayoutRow("board_room", 26, 5, 5), LayoutRow("banquet", 40)])

    rows = [(each.layout, each.capacity, each.setup_minutes) for each in room_108.layouts.all()]
    assert rows == [("banquet", 40, 0), ("board_room", 26, 5)]


def test_change_room_minutes_leaves_bookings_made_as_they_are(change, room_108, applicant, now):
    booking = make_booking(room=room_108, applicant=applicant, start=now)

    change(room_108, layouts=[LayoutRow(LayoutKind.BOARD_ROOM, 24, 90, 90)])

    booking.refresh_from_db()
    assert (booking.setup_minutes, booking.teardown_minutes) == (30, 30)


def test_create_room_with_parts_covers_their_spaces(make, site, rooms):
    hall = make(parts=rooms[1:])

    assert codes(hall) == ["201", "205"]


def test_change_room_dividing_a_part_again_carries_on_to_the_hall(make, change, site, rooms):
    hall = make(parts=rooms[1:])
    halves = [make_room(site, "201A"), make_room(site, "201B")]

    change(rooms[1], parts=halves)

    assert (codes(rooms[1]), codes(hall)) == (["201A", "201B"], ["201A", "201B", "205"])


def test_change_room_back_to_one_piece_takes_a_space_of_its_own(make, change, rooms):
    hall = make(parts=rooms[1:])

    change(hall, parts=[])

    assert (codes(hall), codes(rooms[1])) == (["301"], ["201"])
    assert RoomLog.objects.filter(verb="room_changed").get().changes == {"parts": [["201", "205"], ["301"]]}


def test_change_room_without_parts_leaves_the_division(make, change, rooms):
    hall = make(parts=rooms[1:])

    change(hall, fields={"notes": "x"})

    assert codes(hall) == ["201", "205"]


def test_change_room_of_one_piece_with_no_parts_keeps_its_space(change, room_108):
    change(room_108, fields={"code": "109"}, parts=[])

    assert codes(room_108) == ["108"]


@pytest.mark.parametrize("which", ["itself", "elsewhere"])
def test_change_room_into_impossible_parts_is_refused(change, room_108, stranger, which):
    part = room_108 if which == "itself" else make_room(stranger.site, "1")

    with pytest.raises(RoomsError) as refused:
        change(room_108, parts=[part])

    assert refused.value.code == "part_elsewhere"


def test_change_room_into_the_hall_around_it_is_refused(make, change, rooms):
    hall = make(parts=rooms[1:])

    with pytest.raises(RoomsError) as refused:
        change(rooms[1], parts=[hall])

    assert refused.value.code == "part_around"


def hold(room, now, *, booking=None, closure=None, days=1):
    during = DateTimeTZRange(now + timedelta(days=days), now + timedelta(days=days, hours=1))
    for space in room.spaces.all():
        Occupancy.objects.create(space=space, during=during, booking=booking, closure=closure)


def test_change_room_division_with_a_booking_ahead_is_refused_and_stays(change, rooms, applicant, now):
    booking = make_booking(room=rooms[0], applicant=applicant, start=now + timedelta(days=1))
    hold(rooms[0], now, booking=booking)

    with pytest.raises(RoomsError) as refused:
        change(rooms[0], parts=rooms[1:])

    assert refused.value.code == "spaces_in_use"
    assert (codes(rooms[0]), RoomLog.objects.count()) == (["108"], 0)


def test_change_room_division_of_a_part_with_a_closure_of_its_hall_ahead_is_refused(make, change, site, rooms, now):
    hall = make(parts=rooms[1:])
    during = DateTimeTZRange(now, now + timedelta(days=2))
    closure = Closure.objects.create(
        room=hall, during=during, reason="x", created_by=hall.log.get().actor, created_at=now
    )
    hold(hall, now, closure=closure)

    with pytest.raises(RoomsError) as refused:
        change(rooms[1], parts=[make_room(site, "201A")])

    assert refused.value.code == "spaces_in_use"


def test_change_room_division_with_only_past_bookings_is_allowed(change, rooms, applicant, now):
    booking = make_booking(room=rooms[0], applicant=applicant, start=now - timedelta(days=2))
    hold(rooms[0], now, booking=booking, days=-2)

    change(rooms[0], parts=rooms[1:])

    assert codes(rooms[0]) == ["201", "205"]


def test_change_room_photo_replaces_and_deletes_the_old_file(
    make, change, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    room = make(pictures={"photo": ContentFile(b"one", name="one.jpg")})
    with django_capture_on_commit_callbacks(execute=True):
        change(room, pictures={"photo": ContentFile(b"two", name="two.jpg")})

    assert [(path.name, path.read_bytes()) for path in (tmp_path / "rooms").iterdir()] == [("two.jpg", b"two")]


def test_change_room_removing_the_photo_deletes_its_file(
    make, change, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    room = make(pictures={"photo": ContentFile(b"one", name="one.jpg")})
    with django_capture_on_commit_callbacks(execute=True):
        change(room, pictures={"photo": None})

    room.refresh_from_db()
    assert (bool(room.photo), list((tmp_path / "rooms").iterdir())) == (False, [])
    assert RoomLog.objects.first().changes == {"photo": [True, False]}
