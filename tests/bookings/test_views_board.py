import re

import pytest

from bookings import services
from tests import factories
from tests.bookings.pages import text_of

BOARD = "/board/"
TUESDAY = {"date": "2026-11-24"}


@pytest.fixture(autouse=True)
def _moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def reader(client, applicant):
    applicant.language = "en"
    applicant.save()
    client.force_login(applicant)
    return client


def blocks(page):
    """What the drawn blocks tell: times, title, state."""
    found = re.findall(r'data-title="([^"]*)" data-times="([^"]*)" data-state="([^"]*)"', page.content.decode())
    return [(times, title, state) for title, times, state in found]


def test_board_draws_set_up_meeting_and_clearing(reader, approve_one):
    approve_one()

    page = reader.get(BOARD, TUESDAY)

    assert blocks(page) == [("09:00–11:00", "季度会", "Approved")]
    # 07:00 to 21:00: two hours are a seventh, half an hour a twenty-eighth.
    sides = re.findall(r'<rect class="seg seg-(\w+)" x="([\d.]+)%" width="([\d.]+)%"', page.content.decode())
    assert sides == [("setup", "10.714", "3.572"), ("teardown", "28.571", "3.572")]
    drawn = re.findall(r'<svg x="([\d.]+)%" width="([\d.]+)%"[^>]*><rect class="seg seg-(\w+)', page.content.decode())
    assert drawn == [("14.286", "14.285", "meeting")]


def test_board_draws_competing_requests_beside_each_other(reader, request_one):
    request_one(title="甲会")
    request_one(title="乙会")

    page = reader.get(BOARD, TUESDAY)

    assert [title for _times, title, _state in blocks(page)] == ["甲会", "乙会"]
    tops = re.findall(r'y="([\d.]+)" height="[\d.]+"><rect class="seg seg-pending', page.content.decode())
    assert tops == ["3.0", "18.0"]


def test_board_keeps_a_request_for_taken_time_to_the_lower_half(reader, request_one, approve_one, site):
    other = factories.make_user("other", "applicant", site=site)
    request_one(title="晚了")
    approve_one(title="已批", actor=other)

    drawn = re.findall(
        r'y="([\d.]+)" height="([\d.]+)"><rect class="seg seg-(\w+)', reader.get(BOARD, TUESDAY).content.decode()
    )

    assert ("18.0", "14.0", "pending") in drawn
    assert ("3.0", "30.0", "meeting") in drawn


def test_board_masks_what_the_reader_may_not_know(reader, approve_one, site):
    other = factories.make_user("other", "applicant", site=site)
    approve_one(actor=other, title="并购", is_private=True)

    page = reader.get(BOARD, TUESDAY)

    assert blocks(page) == [("09:00–11:00", "Reserved", "Approved")]
    assert "并购" not in page.content.decode()


def test_board_escapes_titles(reader, approve_one):
    approve_one(title='<script>alert("1")</script>')

    page = reader.get(BOARD, TUESDAY).content.decode()

    assert '<script>alert("1")' not in page
    assert "&lt;script&gt;alert(&quot;1&quot;)" in page


def test_board_names_closures(reader, room_108, secretary, now, data):
    start = data().start_at
    services.close_room(room_id=room_108.pk, start=start, end=data().end_at, reason="检修", actor=secretary, now=now)

    assert blocks(reader.get(BOARD, TUESDAY)) == [("09:00–11:00", "检修", "Out of use")]


def test_board_today_has_the_line_of_now(reader, room_108):
    today, tomorrow = reader.get(BOARD), reader.get(BOARD, TUESDAY)

    assert re.findall(r'class="now" x1="([\d.]+)%"', today.content.decode()) == ["14.286"]
    assert 'class="now"' not in tomorrow.content.decode()


@pytest.mark.parametrize(
    ("on", "said"),
    [("2026-11-28", "Weekend"), ("2026-10-01", "National Day"), ("2026-10-10", "Adjusted working day")],
)
def test_board_names_the_kind_of_day(reader, room_108, on, said):
    assert said in text_of(reader.get(BOARD, {"date": on}))


@pytest.mark.parametrize("wrong", ["2026-02-30", "soon", "0001-01-01", "9999-12-31"])
def test_board_with_a_mistyped_date_still_opens(reader, room_108, wrong):
    assert reader.get(BOARD, {"date": wrong}).status_code == 200


def test_board_as_table_lists_taken_and_free(reader, approve_one, rooms):
    approve_one()

    words = text_of(reader.get(BOARD, TUESDAY | {"view": "table"}))

    assert "09:00–11:00 季度会 Approved" in words
    assert "Request 108 07:00–08:30 Request 108 11:30–21:00" in words


def test_board_fragment_has_no_shell(reader, room_108):
    page = reader.get(BOARD, headers={"HX-Request": "true"})

    assert page.content.decode().startswith('<div class="board"')


def test_board_of_another_site_is_not_found(reader, stranger):
    assert reader.get(BOARD, {"site": "HK"}).status_code == 404


def test_board_empty_site_says_what_to_do(client, stranger):
    stranger.language = "en"
    stranger.save()
    client.force_login(stranger)

    assert "No rooms here yet" in text_of(client.get(BOARD))


@pytest.mark.parametrize("page", ["", "?view=low", "?view=table", "week/", "month/", "list/"])
def test_every_view_of_the_board_takes_five_statements(reader, approve_one, request_one, rooms, query_count, page):
    """The person, the rooms, what stands in them, the calendar, and the number of unread notices."""
    approve_one()
    request_one(title="晚会", room=rooms[1])
    reader.get(f"{BOARD}{page}")

    assert query_count(lambda: reader.get(f"{BOARD}{page}")) <= 5


@pytest.mark.parametrize("view", ["", "low", "table"])
def test_board_statements_do_not_grow_with_rooms_and_meetings(reader, approve_one, rooms, query_count, view):
    approve_one(room=rooms[0])
    query = TUESDAY | {"view": view}
    reader.get(BOARD, query)
    with_one = query_count(lambda: reader.get(BOARD, query))

    for room in rooms[1:]:
        approve_one(room=room)

    assert query_count(lambda: reader.get(BOARD, query)) == with_one
