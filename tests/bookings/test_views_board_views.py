"""The board's week, month and list, its filters, and what its blocks carry for moving them."""

import re

import pytest

from bookings.models import Booking
from tests import factories
from tests.bookings.pages import text_of

TUESDAY = {"date": "2026-11-24"}
PAGES = ["/board/", "/board/week/", "/board/month/", "/board/list/"]


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def read(client):
    def sign_in(user):
        user.language = "en"
        user.save()
        client.force_login(user)
        return client

    return sign_in


@pytest.mark.parametrize("path", PAGES)
def test_page_escapes_what_people_wrote(read, applicant, room_108, approve_one, path):
    room_108.name_en = room_108.floor = '<i>"hall"'
    room_108.save()
    approve_one(title="<script>alert(1)</script>", host_department="R&D <b>")

    page = read(applicant).get(path, TUESDAY).content.decode()

    assert "<script>alert(1)" not in page
    assert "<b>" not in page.replace("<b>108</b>", "").partition("board-tip")[0].partition("R&amp;D")[2]
    assert '<i>"hall"' not in page
    assert ("&lt;script&gt;" in page) is (path != "/board/month/")


@pytest.mark.parametrize("path", PAGES)
def test_page_statements_do_not_grow_with_rooms_and_meetings(read, applicant, approve_one, rooms, query_count, path):
    approve_one(room=rooms[0])
    reader = read(applicant)
    reader.get(path, TUESDAY)
    with_one = query_count(lambda: reader.get(path, TUESDAY))
    for room in rooms[1:]:
        approve_one(room=room)

    assert query_count(lambda: reader.get(path, TUESDAY)) == with_one
    assert with_one <= 10


@pytest.mark.parametrize("path", PAGES)
def test_page_keeps_the_filters_in_its_addresses(read, applicant, rooms, path):
    page = read(applicant).get(path, {"floor": "1", "people": "8", "equipment": ["projector", "microphone"]})

    following = re.search(r'href="([^"]+)" rel="next"', page.content.decode()).group(1)
    assert following.endswith("&amp;floor=1&amp;people=8&amp;equipment=projector&amp;equipment=microphone")


@pytest.mark.parametrize("path", PAGES)
def test_page_filters_rooms(read, applicant, rooms, path):
    factories.make_room(rooms[0].site, "801", floor="8")

    found = read(applicant).get(path, {"floor": "8"})

    assert [room.code for room in found.context["rooms"]] == ["801"]


@pytest.mark.parametrize("path", PAGES)
def test_page_with_a_number_of_seats_that_is_none_says_so_beside_it(read, applicant, rooms, path):
    page = read(applicant).get(path, {"people": "many"})

    assert "Please give a whole number." in text_of(page)
    assert len(page.context["rooms"]) == 3
    assert 'value="many"' in page.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_page_where_nothing_matches_says_so(read, applicant, rooms, path):
    assert "No room matches" in text_of(read(applicant).get(path, {"people": "9000"}))


@pytest.mark.parametrize("path", PAGES)
def test_page_of_a_site_without_rooms_says_what_to_do(read, stranger, path):
    assert "No rooms here yet" in text_of(read(stranger).get(path))


@pytest.mark.parametrize("path", PAGES)
def test_page_at_the_ends_of_the_calendar_still_opens(read, applicant, rooms, path):
    statuses = [read(applicant).get(path, {"date": on}).status_code for on in ("0001-01-01", "9999-12-31", "x")]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize("path", PAGES)
def test_page_fragment_has_no_shell(read, applicant, rooms, path):
    page = read(applicant).get(path, headers={"HX-Request": "true"}).content.decode()

    assert page.startswith('<div class="board')
    assert page.count('id="board"') == 1


def test_week_shows_each_day_of_the_room(read, applicant, rooms, approve_one):
    approve_one(room=rooms[1])

    page = read(applicant).get("/board/week/", TUESDAY | {"room": rooms[1].pk})

    days = re.findall(r'class="board-track"[^>]*data-on="([^"]+)">(.*?)</div>', page.content.decode())
    assert [(on, drawn.count('class="block"')) for on, drawn in days] == [
        (f"2026-11-{number}", int(number == 24)) for number in range(23, 30)
    ]
    assert text_of(page).count("Weekend") == 2


def test_week_of_a_room_that_is_not_the_reader_s_is_not_found(read, applicant, rooms, stranger):
    elsewhere = factories.make_room(stranger.site, "900")

    statuses = [
        read(applicant).get("/board/week/", {"room": number}).status_code for number in (elsewhere.pk, "9" * 19)
    ]

    assert statuses == [404, 404]


def test_month_leads_to_its_days(read, applicant, rooms, approve_one, request_one):
    approve_one()
    request_one(room=rooms[1])

    page = read(applicant).get("/board/month/", TUESDAY)

    assert "24 Tue 24 Nov 1 meeting 8% taken 1 waits" in text_of(page)
    assert page.content.decode().count('href="/board/?site=HQ&amp;date=2026-11-') == 31


def test_month_names_a_holiday(read, applicant, rooms):
    assert "National Day" in text_of(read(applicant).get("/board/month/", {"date": "2026-10-05"}))


def test_list_is_ordered_by_time_and_room(read, applicant, rooms, approve_one, request_one, now):
    later = approve_one(room=rooms[2], title="丙会")
    request_one(room=rooms[1], title="乙会", start_at=later.start_at, end_at=later.end_at)
    hour = later.end_at - later.start_at
    approve_one(room=rooms[0], title="甲会", start_at=later.end_at, end_at=later.end_at + hour)

    words = text_of(read(applicant).get("/board/list/", TUESDAY))

    rows = ("09:00–11:00 201 乙会 市场部 10 Waiting for a decision", "09:00–11:00 205 丙会 市场部 10 Approved",
            "11:00–13:00 108 甲会 市场部 10 Approved")  # fmt: skip
    assert " ".join(rows) in words
    assert "3 entries" in words


def test_list_of_a_divided_hall_has_its_meeting_once(read, applicant, site, approve_one):
    half = factories.make_room(site, "301")
    hall = factories.make_room(site, "300")
    hall.spaces.add(half.spaces.get())
    approve_one(room=hall, title="大会")

    page = read(applicant).get("/board/list/", TUESDAY).content.decode()

    assert page.count("大会") == 1


@pytest.mark.parametrize(
    ("status", "moves"),
    [("requested", 1), ("questioned", 1), ("approved", 1), ("running", 0), ("ended", 0), ("closed", 0)],
)
def test_blocks_of_one_s_own_can_be_moved_until_the_meeting_runs(
    read, applicant, approve_one, request_one, status, moves
):
    booking = request_one() if status in Booking.PENDING else approve_one()
    facts = {"actual_start_at": booking.start_at} if not moves else {}
    Booking.objects.update(status=status, **facts)

    page = read(applicant).get("/board/", TUESDAY).content.decode()

    assert page.count("data-move=") == moves


def test_blocks_of_others_cannot_be_moved(read, approve_one, secretary, manager, server, site):
    approve_one()
    other = factories.make_user("other", "applicant", site=site)

    counts = [
        read(user).get("/board/", TUESDAY).content.decode().count("data-move=")
        for user in (secretary, manager, server, other)
    ]

    assert counts == [1, 0, 0, 0]
