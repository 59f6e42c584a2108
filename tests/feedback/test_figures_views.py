"""The pages of figures, the rows behind their numbers, and their files read back."""

import csv
import io
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from openpyxl import load_workbook

from checklists.models import Assignment, Step
from feedback.figures import exports
from feedback.figures.tables import Column
from tests.factories import make_site
from tests.feedback.ticked import MINUTE, make_breach, make_item, make_meeting, make_plan, make_step, make_wish

PAGE, LIST, OWN = "/figures/", "/figures/steps/", "/figures/me/"
PRIVATE = "人事任免讨论"


def file_url(what, kind):
    return f"/figures/export/{what}.{kind}"


@pytest.fixture(autouse=True)
def english(manager, secretary):
    for reader in (manager, secretary):
        reader.language = "en"
        reader.save()


@pytest.fixture
def seven(now, time_machine):
    time_machine.move_to(now, tick=False)
    return now - timedelta(hours=2)


@pytest.fixture
def lived(rooms, applicant, server, seven):
    """Two meetings, the first of them private, with something behind every number."""
    make_item("X1", title="=1+1")
    first = make_meeting(
        rooms[0], applicant, seven, ended=seven + 60 * MINUTE, title=PRIVATE, is_private=True, ref="HW-1"
    )
    second = make_meeting(rooms[1], applicant, seven - timedelta(days=1), ended=seven - timedelta(hours=23), ref="HW-2")
    make_plan(first, seven, seven + MINUTE)
    make_plan(second, seven, None)
    for meeting in (first, second):
        make_step(meeting, "X1", meeting.start_at, late=-1, by=server)
        make_step(meeting, "U1", meeting.start_at + 10 * MINUTE, late=12.5, by=server)
        make_step(meeting, "A6", meeting.start_at + 20 * MINUTE, state="missed", assignee=server)
        make_step(meeting, "A7", meeting.start_at + 20 * MINUTE, assignee=server, note="=cmd|x")
        make_breach(meeting, meeting.start_at, until=meeting.start_at + 22 * MINUTE)
        make_wish(meeting, meeting.start_at, took=2, by=server)
    Assignment.objects.create(
        booking=first,
        user=server,
        role="service_staff",
        during=(first.start_at, first.end_at),
        assigned_at=seven,
    )
    return first


def test_page_head_figures_and_change(lived, client, manager):
    client.force_login(manager)

    heads = client.get(PAGE, {"span": "today"}).context["heads"]

    # Yesterday the same: only readiness was never reached on either day.
    assert [(head.name, head.share.part, head.share.whole, head.change) for head in heads] == [
        ("ready", 0, 1, 0.0),
        ("in_time", 2, 5, 0.0),
        ("refill", 1, 2, 0.0),
        ("clear_up", 0, 1, 0.0),
    ]
    assert {head.direction for head in heads} == {"same"}


@pytest.mark.parametrize("measure", ["ready", "in_time", "refill", "clear_up", "missed", ""])
def test_page_every_measure_is_drawn_with_its_table(lived, client, manager, measure):
    client.force_login(manager)

    response = client.get(PAGE, {"span": "month", "measure": measure})

    assert response.status_code == 200
    assert response.content.count(b"<svg") > response.content.count(b'<details class="figure-table"') == 5
    assert response.context["chart"].kind == ("bars" if measure == "missed" else "line")
    assert len(response.context["chart"].points) == 2


def test_every_number_leads_to_as_many_rows(lived, client, manager):
    client.force_login(manager)
    context = client.get(PAGE, {"span": "month"}).context
    tables = [context[name] for name in ("day_table", "room_table", "item_table", "hour_table", "people")]

    seen = set()
    for table in tables:
        for cells in table.cells:
            for cell in (cell for cell in cells if cell.query):
                asked = parse_qs(context["query"]) | parse_qs(cell.query)
                page = client.get(LIST, {name: values[0] for name, values in asked.items()}).context["page"]
                assert (table.name, cell.query, page.paginator.count) == (table.name, cell.query, int(cell.text))
                seen.add(parse_qs(cell.query)["what"][0])

    assert seen == {"due", "late", "missed", "not_ready", "gaps", "wishes", "done"}


def test_private_topics_stand_nowhere(lived, client, manager):
    client.force_login(manager)
    addresses = [
        PAGE,
        *(f"{LIST}?what={what}" for what in ("due", "late", "not_ready", "gaps", "wishes")),
        *(file_url(what, "csv") for what in ("days", "rooms", "items", "hours", "people", "steps")),
    ]

    for address in addresses:
        response = client.get(address)
        content = b"".join(response) if response.streaming else response.content
        assert PRIVATE not in content.decode(), address
        assert "cmd|x" not in content.decode(), address
    assert "HW-1" in b"".join(client.get(file_url("steps", "csv"))).decode()


def test_people_are_for_managers_only(lived, client, secretary, server):
    client.force_login(secretary)

    page = client.get(PAGE)

    assert "people" not in page.context
    assert "Staff1" not in page.content.decode()
    assert "Staff1" not in client.get(LIST).content.decode()
    assert client.get(LIST, {"person": server.pk}).status_code == 403
    assert client.get(file_url("people", "csv")).status_code == 403
    assert "Staff1" not in b"".join(client.get(file_url("steps", "csv"))).decode()


def test_people_with_a_manager_are_there(lived, client, manager):
    """The control of the one before: there is a name to keep back."""
    client.force_login(manager)

    assert [line.label for line in client.get(PAGE).context["people"].lines] == ["Staff1"]
    assert "Staff1" in client.get(LIST).content.decode()
    assert "Staff1" in b"".join(client.get(file_url("steps", "csv"))).decode()


def test_figures_of_another_site_are_not_there(lived, client, secretary):
    make_site("SZ")
    client.force_login(secretary)

    for address in (PAGE, LIST, file_url("days", "csv")):
        assert client.get(address, {"site": "SZ"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"span": "own"}, {"since", "until"}),
        ({"span": "own", "since": "2026-11-20", "until": "2026-11-01"}, {"until"}),
        ({"span": "own", "since": "2026-11-24", "until": "2026-11-25"}, {"since"}),
        ({"span": "own", "since": "2025-10-19", "until": "2026-11-23"}, {"until"}),
        ({"span": "own", "since": "0001-01-01", "until": "9999-12-31"}, {"since", "until"}),
        ({"span": "own", "since": "yesterday", "until": "2026-11-23"}, {"since"}),
        ({"span": "ever"}, {"span"}),
        ({"room": "999999"}, {"room"}),
        ({"item": "Z9"}, {"item"}),
        ({"role": "king"}, {"role"}),
    ],
)
def test_page_wrong_choice_says_so_beside_it(lived, client, manager, asked, fields):
    client.force_login(manager)

    response = client.get(PAGE, asked)

    assert (response.status_code, set(response.context["form"].errors)) == (422, fields)
    assert response.context["form"]["since"].value() == asked.get("since")


def test_page_four_hundred_days_are_the_most(lived, client, manager):
    client.force_login(manager)

    response = client.get(PAGE, {"span": "own", "since": "2025-10-20", "until": "2026-11-23"})

    assert response.status_code == 200
    assert response.context["figures"].steps.due == 10


def test_page_without_anything_says_what_to_do(site, client, manager):
    client.force_login(manager)

    assert "Figures come from the steps that people tick" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("odd", ["0", "-1", "abc", "99999999999"])
def test_list_odd_page_hour_and_person_answer_calmly(lived, client, manager, odd):
    client.force_login(manager)

    assert client.get(LIST, {"page": odd, "hour": odd, "person": odd, "day": odd}).status_code == 200
    assert client.get(LIST, {"what": odd}).status_code == 404


def sheet_moment(text):
    """Sheets know no zones."""
    return datetime.fromisoformat(text)


def read_csv(response):
    text = b"".join(response).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_csv_of_days_reads_back(lived, client, manager):
    client.force_login(manager)

    response = client.get(file_url("days", "csv"), {"span": "month"})
    head, first, second = read_csv(response)

    assert response["Content-Disposition"] == 'attachment; filename="figures-HQ-days-2026-11-01-2026-11-23.csv"'
    assert head[:7] == [
        "Day",
        "Steps due",
        "In time",
        "Late",
        "Missed",
        "Minutes late, median",
        "Minutes late, 90 of 100",
    ]
    # Late by 0, 12.5 and 0 minutes: nine tenths of the way from 0 to 12.5 at position 1.8.
    assert first[:7] == ["2026-11-22", "5", "40.0%", "2", "1", "0.0", "10.0"]
    assert second[:7] == ["2026-11-23", "5", "40.0%", "2", "1", "0.0", "10.0"]
    assert first[7:] == ["1", "0.0%", "1", "50.0%", "1", "0.0%", "1", "100.0%"]


def test_xlsx_of_days_has_typed_cells(lived, client, manager):
    client.force_login(manager)

    sheet = load_workbook(io.BytesIO(client.get(file_url("days", "xlsx")).content)).active

    assert (sheet.freeze_panes, sheet.max_row) == ("B2", 3)
    day, due, in_time = sheet["A2"], sheet["B2"], sheet["C2"]
    assert (day.value, day.number_format, day.is_date) == (sheet_moment("2026-11-22"), "yyyy-mm-dd", True)
    assert (due.value, due.data_type) == (5, "n")
    assert (in_time.value, in_time.number_format) == (0.4, "0.0%")


def test_xlsx_heads_are_in_the_readers_language(lived, client, manager):
    client.force_login(manager)
    client.cookies["django_language"] = manager.language = "zh-hans"
    manager.save()

    sheet = load_workbook(io.BytesIO(client.get(file_url("people", "xlsx")).content)).active

    assert sheet["A1"].value == "人员"


def test_files_of_steps_quote_what_looks_like_a_formula(lived, client, manager):
    client.force_login(manager)

    rows = read_csv(client.get(file_url("steps", "csv"), {"span": "today"}))
    sheet = load_workbook(io.BytesIO(client.get(file_url("steps", "xlsx"), {"span": "today"}).content)).active

    assert rows[1][:5] == ["2026-11-23 07:00", "X1", "'=1+1", "108", "HW-1"]
    assert rows[1][5:10] == ["Service staff", "", "Done", "2026-11-23 06:59", "0.0"]
    assert rows[1][10] == "Staff1"
    assert len(rows) == sheet.max_row == 6
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("'=1+1", "s")
    assert (sheet["A2"].value, sheet["A2"].number_format) == (sheet_moment("2026-11-23T07:00"), "yyyy-mm-dd hh:mm")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_quoted_formula_is_made_a_text(text):
    assert exports.quoted(text) == f"'{text}"


@pytest.mark.parametrize("text", ["1=1", "a-b", "", "中文"])
def test_quoted_ordinary_text_stays(text):
    assert exports.quoted(text) == text


def test_xlsx_control_characters_do_not_break_the_file():
    content = exports.xlsx_bytes("a/b[c]", (Column("x", "text"),), [("a\x00b\x0bc",)])

    assert load_workbook(io.BytesIO(content)).active["A2"].value == "abc"


def test_xlsx_too_many_steps_sends_back_with_a_sentence(lived, client, manager, monkeypatch):
    monkeypatch.setattr(exports, "MOST_IN_SHEET", 9)
    client.force_login(manager)

    response = client.get(file_url("steps", "xlsx"), follow=True)

    assert "More than 9 steps are too many for a sheet" in response.content.decode()
    assert len(read_csv(client.get(file_url("steps", "csv")))) == 11


def test_steps_are_read_in_pieces_without_loss_or_double(lived, client, manager, monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 3)
    client.force_login(manager)

    rows = read_csv(client.get(file_url("steps", "csv")))

    # Two are due in the same minute of each day: the order goes on by their key.
    assert [row[0] for row in rows[1:]] == sorted(row[0] for row in rows[1:])
    assert len(rows) == 1 + Step.objects.count() == 11


def test_file_of_steps_reads_no_step_twice(lived, client, manager, seven, server, query_count):
    client.force_login(manager)

    def read():
        return read_csv(client.get(file_url("steps", "csv")))

    read()
    few = query_count(read)
    for _ in range(3):
        make_step(lived, "P1", seven, late=3, by=server)

    assert query_count(read) == few


@pytest.mark.parametrize("what", ["years", "days.x", "steps"])
@pytest.mark.parametrize("kind", ["pdf", "XLSX"])
def test_file_of_another_kind_is_not_there(lived, client, manager, what, kind):
    client.force_login(manager)

    assert client.get(f"/figures/export/{what}.{kind}").status_code == 404


def test_page_query_count_does_not_grow(lived, client, manager, rooms, applicant, seven, server, query_count):
    client.force_login(manager)
    client.get(PAGE)
    few = query_count(lambda: client.get(PAGE))
    for room in rooms:
        meeting = make_meeting(room, applicant, seven, ended=seven + MINUTE)
        make_step(meeting, "P1", seven, late=3, by=server)
        make_step(meeting, f"X{room.pk}", seven, late=3, by=applicant)

    assert query_count(lambda: client.get(PAGE)) == few


def test_list_query_count_does_not_grow(lived, client, manager, rooms, seven, server, query_count):
    client.force_login(manager)
    client.get(LIST)
    few = query_count(lambda: client.get(LIST))
    for _ in range(3):
        make_step(lived, "P1", seven, late=3, by=server)

    assert query_count(lambda: client.get(LIST)) == few


def test_own_page_shows_ones_own_and_nobody_elses(lived, client, server, cleaner, seven):
    make_step(lived, "P2", seven, late=0, by=cleaner)
    client.force_login(cleaner)

    context = client.get(OWN).context

    assert (context["load"].done, context["load"].in_time.part) == (1, 1)
    assert [(on, counts.due) for on, counts in context["lines"]] == [(date(2026, 11, 23), 1)]


def test_own_page_before_the_first_tick_says_so(lived, client, technician):
    client.force_login(technician)

    response = client.get(OWN, headers={"accept-language": "en"})

    assert response.context["load"] is None
    assert "Nothing yet this month" in response.content.decode()
