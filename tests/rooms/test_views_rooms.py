"""Pages of rooms."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from rooms.models import LayoutKind, Room, RoomLog
from tests.factories import make_room


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def office(client, secretary):
    client.force_login(secretary)
    return client


def room_data(**changes):
    layouts = {"board_room": (24, 15, 15), "u_shape": (28, 30, 30)}
    rows = {"layouts-TOTAL_FORMS": len(LayoutKind), "layouts-INITIAL_FORMS": len(LayoutKind)}
    for number, kind in enumerate(LayoutKind):
        capacity, setup, teardown = layouts.get(kind.value, ("", "", ""))
        rows |= {
            f"layouts-{number}-layout": kind.value,
            f"layouts-{number}-capacity": capacity,
            f"layouts-{number}-setup_minutes": setup,
            f"layouts-{number}-teardown_minutes": teardown,
        }
    fields = {"code": "302", "name_zh_hans": "三楼", "floor": "3", "standing_layout": "board_room", "position": 0}
    return rows | fields | {"is_active": "on", "equipment-screen": 2} | changes


def png(name="room.png", kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "blue").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def test_list_shows_rooms_by_floor_with_what_they_hold(client, applicant, rooms):
    client.force_login(applicant)

    page = client.get("/rooms/", headers={"Accept-Language": "en"}).content.decode()

    assert [page.count(text) for text in ("Room 108", "Room 201", "Floor 1")] == [1, 1, 1]
    assert ("New room" in page, "Projector" in page) == (False, True)


def test_list_filters_by_what_is_asked_for(client, applicant, rooms):
    client.force_login(applicant)
    rooms[1].layouts.filter(layout=LayoutKind.THEATRE).update(capacity=90)

    page = client.get("/rooms/?people=80&layout=theatre&equipment=projector").content.decode()

    assert ("201会议室" in page, "108会议室" in page) == (True, False)


@pytest.mark.parametrize("query", ["people=-1", "people=x", "layout=nothing", "equipment=nothing", "q=" + "x" * 99])
def test_list_asked_for_nonsense_shows_rooms_all_the_same(client, applicant, rooms, query):
    client.force_login(applicant)

    assert "108会议室" in client.get(f"/rooms/?{query}").content.decode()


def test_list_by_htmx_is_the_fragment_alone(client, applicant, rooms):
    client.force_login(applicant)

    page = client.get("/rooms/", headers={"HX-Request": "true"}).content.decode()

    assert ("<html" in page, "108会议室" in page) == (False, True)


def test_list_takes_as_many_queries_for_three_rooms_as_for_one(client, applicant, site, room_108, query_count):
    client.force_login(applicant)
    client.get("/rooms/")
    one = query_count(lambda: client.get("/rooms/"))
    make_room(site, "201")
    make_room(site, "205")

    assert query_count(lambda: client.get("/rooms/")) == one


def test_detail_shows_layouts_parts_and_history_to_the_office(office, room_108, site, secretary, now):
    RoomLog.objects.create(
        site=site, room=room_108, at=now, actor=secretary, verb="room_changed", changes={"floor": ["1", "9"]}
    )

    page = office.get(f"/rooms/{room_108.pk}/", headers={"Accept-Language": "en"}).content.decode()

    assert all(text in page for text in ("U shape", "<b>28</b>", "<del>1</del>", "<ins>9</ins>"))


def test_detail_keeps_the_history_from_applicants(client, applicant, room_108, site, secretary, now):
    RoomLog.objects.create(site=site, room=room_108, at=now, actor=secretary, verb="room_changed", changes={})
    client.force_login(applicant)

    page = client.get(f"/rooms/{room_108.pk}/").content.decode()

    assert "room changed" not in page
    assert secretary.display_name not in page


def test_create_saves_the_room_with_its_fittings(office, site):
    answer = office.post("/rooms/new/", room_data())

    room = Room.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/rooms/{room.pk}/")
    assert (room.site, room.code, room.is_active, room.has_movable_tables) == (site, "302", True, False)
    assert [(each.layout, each.capacity) for each in room.layouts.all()] == [("board_room", 24), ("u_shape", 28)]
    assert [(each.kind, each.quantity) for each in room.equipment.all()] == [("screen", 2)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "a b"}, "code"),
        ({"name_zh_hans": ""}, "name_zh_hans"),
        ({"standing_layout": "banquet"}, "standing_layout"),
        ({"floor": "x" * 21}, "floor"),
        ({"parts": ["999"]}, "parts"),
    ],
)
def test_create_with_a_fault_says_so_beside_its_field_and_saves_nothing(office, changes, field):
    answer = office.post("/rooms/new/", room_data(**changes))

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert Room.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"layouts-0-capacity": "0"},
        {"layouts-0-capacity": "x"},
        {"layouts-0-setup_minutes": "1441"},
        {"layouts-0-layout": "nothing"},
        {"layouts-1-layout": "board_room"},
        {"layouts-TOTAL_FORMS": "7", "layouts-6-layout": "u_shape"},
        {"equipment-screen": "-1"},
    ],
)
def test_create_with_a_fault_in_the_fittings_saves_nothing(office, changes):
    assert office.post("/rooms/new/", room_data(**changes)).status_code == 200
    assert Room.objects.count() == 0


def test_create_without_the_formset_is_refused_without_an_error_page(office):
    assert office.post("/rooms/new/", {"code": "1"}).status_code == 200


def test_create_with_a_taken_code_says_so_beside_the_code(office, room_108):
    answer = office.post("/rooms/new/", room_data(code="108"))

    assert list(answer.context["form"].errors) == ["code"]


def test_change_saves_and_records(office, room_108):
    answer = office.post(f"/rooms/{room_108.pk}/edit/", room_data(code="108", name_en="Board"))

    room_108.refresh_from_db()
    assert (answer.status_code, room_108.name_en, RoomLog.objects.get().verb) == (302, "Board", "room_changed")


def test_change_with_a_fault_keeps_the_head_of_the_page(office, room_108):
    page = office.post(f"/rooms/{room_108.pk}/edit/", room_data(code="")).content.decode()

    assert ">108会议室</h1>" in page


def test_change_division_while_held_says_so_beside_the_parts(office, rooms, monkeypatch):
    from rooms.errors import RoomsError
    from rooms.signals import spaces_changed

    def refuse(**_kwargs):
        raise RoomsError("spaces_in_use")

    spaces_changed.connect(refuse)
    try:
        answer = office.post(f"/rooms/{rooms[0].pk}/edit/", room_data(code="108", parts=[rooms[1].pk]))
    finally:
        spaces_changed.disconnect(refuse)

    assert list(answer.context["form"].errors) == ["parts"]


def test_photo_uploaded_is_stored_drawn_anew_and_served_to_people_of_the_site(office, media, applicant, client):
    office.post("/rooms/new/", room_data() | {"new_photo": png()})
    room = Room.objects.get()
    client.force_login(applicant)

    answer = client.get(f"/rooms/{room.pk}/photo/")

    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:3]) == (
        200,
        "image/jpeg",
        b"\xff\xd8\xff",
    )
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [path.suffix for path in (media / "rooms").iterdir()] == [".jpg"]


def test_photo_that_is_none_is_refused_beside_its_field(office, media):
    page = SimpleUploadedFile("room.png", b"<script>alert(1)</script>", content_type="image/png")

    answer = office.post("/rooms/new/", room_data() | {"new_photo": page})

    assert list(answer.context["form"].errors) == ["new_photo"]
    assert (Room.objects.count(), (media / "rooms").exists()) == (0, False)


def test_photo_of_a_room_without_one_is_not_found(office, room_108):
    assert office.get(f"/rooms/{room_108.pk}/photo/").status_code == 404


def test_photo_whose_file_is_gone_is_not_found(office, media, room_108):
    Room.objects.update(photo="rooms/gone.jpg")

    assert office.get(f"/rooms/{room_108.pk}/photo/").status_code == 404


def test_photo_removed_is_gone_from_the_page(office, media):
    office.post("/rooms/new/", room_data() | {"new_photo": png()})
    room = Room.objects.get()

    office.post(f"/rooms/{room.pk}/edit/", room_data(removes_photo="on"))

    room.refresh_from_db()
    assert room.photo.name == ""


def test_room_gets_a_floor_plan_cleaned_like_a_photo_and_shows_it(office, rooms, media):
    room = rooms[0]
    office.post(f"/rooms/{room.pk}/edit/", room_data(code="108", new_floor_plan=png()))

    room.refresh_from_db()
    with room.floor_plan.open() as file:
        kind = Image.open(file).format
    page = office.get(f"/rooms/{room.pk}/").content.decode()
    served = office.get(f"/rooms/{room.pk}/floor-plan/")
    assert (kind, bool(room.photo)) == ("JPEG", False)
    assert (f"/rooms/{room.pk}/floor-plan/?v=" in page, served["Content-Type"]) == (True, "image/jpeg")


def test_room_floor_plan_that_is_no_picture_is_refused_beside_its_field(office, rooms, media):
    upload = SimpleUploadedFile("plan.svg", b"<svg onload=alert(1)>", content_type="image/png")

    response = office.post(f"/rooms/{rooms[0].pk}/edit/", room_data(code="108", new_floor_plan=upload))

    assert list(response.context["form"].errors) == ["new_floor_plan"]


def test_room_floor_plan_goes_and_the_photo_stays(office, rooms, media):
    room = rooms[0]
    office.post(f"/rooms/{room.pk}/edit/", room_data(code="108", new_floor_plan=png(), new_photo=png()))
    office.post(f"/rooms/{room.pk}/edit/", room_data(code="108", removes_floor_plan="on"))

    room.refresh_from_db()
    assert (bool(room.floor_plan), bool(room.photo)) == (False, True)


def test_room_tells_how_accessible_it_is_and_what_changed(office, rooms):
    facts = {"access": ["wide_door", "step_free"], "access_notes": "Lift at the north gate"}
    office.post(f"/rooms/{rooms[0].pk}/edit/", room_data(code="108", **facts))

    page = office.get(f"/rooms/{rooms[0].pk}/", headers={"Accept-Language": "en"}).content.decode()

    assert [text in page for text in ("Step-free way", "Wide door", "Hearing loop", "Lift at the north gate")] == [
        True,
        True,
        False,
        True,
    ]
    assert RoomLog.objects.first().changes["access"] == [[], ["wide_door", "step_free"]]


def test_room_with_made_up_access_is_refused(office, rooms):
    response = office.post(f"/rooms/{rooms[0].pk}/edit/", room_data(code="108", access="teleporter"))

    assert list(response.context["form"].errors) == ["access"]


@pytest.mark.parametrize(
    ("query", "codes"), [("access=step_free", ["108", "201"]), ("access=step_free&access=wide_door", ["108"])]
)
def test_list_filters_by_accessibility(client, applicant, rooms, query, codes):
    client.force_login(applicant)
    Room.objects.filter(code="108").update(access=["step_free", "wide_door"])
    Room.objects.filter(code="201").update(access=["step_free"])

    page = client.get(f"/rooms/?{query}").content.decode()

    assert [code for code in ("108", "201", "205") if f"{code}会议室" in page] == codes


@pytest.mark.parametrize(
    ("minutes", "wrong"), [("9", ["no_show_minutes"]), ("10", []), ("120", []), ("121", ["no_show_minutes"])]
)
def test_site_gives_back_rooms_after_ten_minutes_to_two_hours(office, site, minutes, wrong):
    data = {"code": "HQ", "name_zh_hans": "总部", "time_zone": "Asia/Shanghai", "holiday_calendar": "CN"}
    response = office.post(
        "/sites/HQ/edit/", data | {"on_post_at": "07:45", "door_acts": "all", "no_show_minutes": minutes}
    )

    site.refresh_from_db()
    assert (list(response.context["form"].errors) if response.context else [], site.no_show_minutes) == (
        wrong,
        None if wrong else int(minutes),
    )
