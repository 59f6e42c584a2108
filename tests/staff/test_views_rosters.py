"""The week's board and the pages around it."""

from datetime import date, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation

from staff.models import Leave, RosterPublication, Shift, ShiftPattern, WorkingTimeRules
from staff.roles import Role
from staff.services.leave import request_leave
from staff.services.patterns import add_usual_patterns
from staff.services.rosters import place_pattern
from staff.services.shifts import create_shift
from staff.week_board import keys_of, week_board
from tests.factories import make_site, make_user

MONDAY, NEXT = date(2026, 11, 23), date(2026, 11, 30)
HOUR = timedelta(hours=1)


@pytest.fixture
def lead(client, manager, now, time_machine):
    time_machine.move_to(now)
    client.force_login(manager)
    return client


@pytest.fixture
def early(site):
    add_usual_patterns(site=site)
    return ShiftPattern.objects.get(site=site, code="early")


@pytest.fixture
def put(early, manager, now):
    def place(user, on=MONDAY, pattern=early):
        return place_pattern(pattern=pattern, user=user, on=on, actor=manager, now=now)[0]

    return place


def board_of(site, reader, now, on=MONDAY, *, is_leader=True):
    with translation.override("en"):
        return week_board(site=site, on=on, reader=reader, language="en", now=now, is_leader=is_leader)


def cells(board, user):
    row = next(row for team in board.teams for row in team.rows if row.person == user)
    return row, {each.on: each for each in row.cells}


def test_board_shows_people_by_team_with_their_shifts_and_hours(put, server, manager, site, now):
    put(server), put(server, MONDAY + timedelta(6)), put(server, NEXT)

    row, by_day = cells(board_of(site, manager, now), server)

    assert [chip.label for chip in by_day[MONDAY].chips] == ["Early 07:45–16:15"]
    assert [on for on, cell in by_day.items() if cell.chips] == [MONDAY, MONDAY + timedelta(6)]
    assert row.hours == "17"


def test_board_names_holidays_and_closed_days(site, manager, now):
    days = board_of(site, manager, now, on=date(2026, 10, 1)).days

    assert [(each.on.day, each.is_working) for each in days[2:6]] == [(30, True), (1, False), (2, False), (3, False)]
    assert days[3].holiday == "National Day"


def test_board_puts_a_night_on_the_day_it_begins(early, put, server, manager, site, now):
    put(server, MONDAY + timedelta(6), ShiftPattern.objects.get(site=site, code="on-call"))

    assert [chip.times for chip in cells(board_of(site, manager, now), server)[1][MONDAY + timedelta(6)].chips] == [
        "19:00–07:45"
    ]
    assert not any(cell.chips for cell in cells(board_of(site, manager, now, on=NEXT), server)[1].values())


def test_drafts_and_reasons_are_for_leaders_only(put, server, secretary, manager, site, now):
    put(server, NEXT)
    start = now + timedelta(days=8)
    request_leave(user=server, kind="other", start=start, end=start + HOUR, note="x", actor=server, now=now)
    during = DateTimeTZRange(start + 24 * HOUR, start + 26 * HOUR)
    facts = {"kind": "sick", "state": "granted", "asked_by": manager, "asked_at": now}
    Leave.objects.create(user=server, during=during, decided_by=manager, decided_at=now, **facts)

    def seen(reader, *, is_leader):
        _row, by_day = cells(board_of(site, reader, now, on=NEXT, is_leader=is_leader), server)
        return [(len(each.chips), [away.kind for away in each.absences]) for each in by_day.values()][:3]

    assert seen(manager, is_leader=True) == [(1, []), (0, ["other"]), (0, ["sick"])]
    assert seen(secretary, is_leader=False) == [(0, []), (0, []), (0, [""])]
    assert seen(server, is_leader=False) == [(0, []), (0, ["other"]), (0, ["sick"])]


def test_page_of_a_secretary_has_no_draft_no_reason_and_nothing_to_change(
    client, secretary, server, put, site, manager, now
):
    put(server, NEXT), put(server)
    during = DateTimeTZRange(now, now + HOUR)
    facts = {"kind": "sick", "state": "granted", "asked_by": manager, "asked_at": now, "note": "private"}
    Leave.objects.create(user=server, during=during, decided_by=manager, decided_at=now, **facts)
    client.force_login(secretary)

    this, following = (client.get(f"/shifts/?date={on}").content.decode() for on in (MONDAY, NEXT))

    assert "07:45–16:15" in this
    assert "07:45–16:15" not in following
    assert not any(word in this for word in ("private", "病假", "Sick", "data-shift=", "/shifts/cell/", "palette"))


def test_warnings_stand_at_their_day_and_the_week_beside_the_hours(server, manager, site, now):
    start = now - HOUR
    for count in range(7):
        first = start + timedelta(days=count)
        create_shift(user=server, site=site, start=first, end=first + 11 * HOUR, actor=None, now=now)

    row, by_day = cells(board_of(site, manager, now), server)

    assert [each.short for each in by_day[MONDAY].warnings] == ["11 h a day"]
    assert [each.short for each in by_day[MONDAY + timedelta(6)].warnings] == ["7 days in a row", "11 h a day"]
    assert row.week_warning.short == "over 48 h"
    assert (row.hours, board_of(site, manager, now).warnings) == ("77", 9)


def test_rows_of_the_week_before_count_for_rest_and_rows(server, manager, site, now):
    night = now - timedelta(days=1) + 13 * HOUR
    create_shift(user=server, site=site, start=night, end=night + 8 * HOUR, actor=None, now=now)
    create_shift(user=server, site=site, start=now + 2 * HOUR, end=now + 6 * HOUR, actor=None, now=now)

    assert [each.short for each in cells(board_of(site, manager, now), server)[1][MONDAY].warnings] == ["rest 5 h"]


def test_keys_are_one_each():
    assert keys_of(["early", "evening", "e", "7-days", "ee"]) == ["e", "v", "3", "d", "5"]


def test_board_takes_as_many_statements_for_three_people_as_for_one(put, server, manager, site, now, query_count):
    put(server)
    one = query_count(lambda: board_of(site, manager, now))
    for number in range(3):
        put(make_user(f"more{number}", Role.SERVICE_STAFF, site=site))

    assert query_count(lambda: board_of(site, manager, now)) == one


def test_page_takes_as_many_statements_for_three_people_as_for_one(lead, put, server, site, query_count):
    put(server)
    lead.get("/shifts/")
    one = query_count(lambda: lead.get("/shifts/"))
    for number in range(3):
        put(make_user(f"more{number}", Role.SERVICE_STAFF, site=site))

    assert query_count(lambda: lead.get("/shifts/")) == one


# --- Changes on it ---

HX = {"HX-Request": "true"}


def where(person, on=MONDAY):
    return {"site": "HQ", "person": person.pk, "on": f"{on}"}


def test_place_without_a_script_leads_back_to_the_week(lead, early, server):
    answer = lead.post("/shifts/place/", where(server) | {"pattern": early.pk})

    assert (answer.url, Shift.objects.get().pattern) == (f"/shifts/?date={MONDAY}&site=HQ", early)


def test_place_by_the_script_answers_with_the_week_and_a_refusal_with_its_words(lead, early, server):
    first, second = (lead.post("/shifts/place/", where(server) | {"pattern": early.pk}, headers=HX) for _ in range(2))

    assert (first.status_code, second.status_code, Shift.objects.count()) == (200, 409, 1)
    assert first.content.decode().count("data-shift=") == 1
    assert "toast" in second.headers["HX-Trigger"]


@pytest.mark.parametrize("field", ["person", "on", "pattern"])
@pytest.mark.parametrize("value", ["", "x", "999999", "9999-12-31"])
def test_place_of_nonsense_is_not_found(lead, early, server, field, value):
    data = where(server) | {"pattern": early.pk, field: value}

    assert lead.post("/shifts/place/", data).status_code == 404
    assert not Shift.objects.exists()


def test_a_pattern_of_another_site_is_not_found(lead, server, early):
    other = make_site("SZ")
    add_usual_patterns(site=other)
    pattern = ShiftPattern.objects.filter(site=other).first()

    assert lead.post("/shifts/place/", where(server) | {"pattern": pattern.pk}).status_code == 404
    assert lead.get(f"/shifts/usual/{pattern.pk}/").status_code == 404


def test_move_and_copy(lead, put, server):
    shift = put(server)

    lead.post(f"/shifts/{shift.pk}/move/", where(server, MONDAY + timedelta(1)), headers=HX)
    lead.post(f"/shifts/{shift.pk}/move/", where(server, MONDAY + timedelta(2)) | {"copy": "on"}, headers=HX)

    assert [f"{each.during.lower:%d}" for each in Shift.objects.order_by("during")] == ["23", "24"]


def test_cell_says_what_is_wrong_beside_its_field_and_keeps_what_was_typed(lead, server):
    answer = lead.post("/shifts/cell/", where(server) | {"begins": "08:00", "ends": ""}, headers=HX)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends"])
    assert 'value="08:00"' in answer.content.decode()


def test_cell_makes_a_shift_on_call_over_midnight(lead, server):
    lead.post("/shifts/cell/", where(server) | {"begins": "22:00", "ends": "06:00", "is_on_call": "on"})

    shift = Shift.objects.get()
    assert (shift.is_on_call, shift.during.upper - shift.during.lower) == (True, 8 * HOUR)


def test_cell_of_somebody_who_does_not_work_here_is_not_found(lead, applicant):
    assert lead.get(f"/shifts/cell/?site=HQ&person={applicant.pk}&on={MONDAY}").status_code == 404


def test_copy_shows_first_and_does_then(lead, put, server):
    put(server)
    fields = {"site": "HQ", "source": f"{MONDAY}", "target": f"{NEXT}"}

    shown = lead.get("/shifts/copy/", fields)
    assert (len(shown.context["plan"].shifts), Shift.objects.count()) == (1, 1)
    done = lead.post("/shifts/copy/", fields)

    assert (len(done.context["done"].shifts), Shift.objects.filter(is_draft=True).count()) == (1, 1)


def test_copy_onto_itself_says_so(lead, early):
    page = lead.get("/shifts/copy/", {"site": "HQ", "source": f"{MONDAY}", "target": f"{MONDAY + timedelta(6)}"})

    assert list(page.context["form"].errors) == ["target"]
    form = page.content.decode().partition('<form method="get" novalidate')[2].partition("</form>")[0]
    assert 'name="source"' in form
    assert "csrfmiddlewaretoken" not in form, "it would stand in the address"


def test_publish_page_lists_what_to_look_at_and_publishes(lead, put, server, manager, site):
    put(server, NEXT)
    WorkingTimeRules.objects.create(site=site, hours_a_day=4)

    page = lead.get(f"/shifts/publish/?date={NEXT}&site=HQ")
    assert [(person, len(texts)) for person, texts in page.context["looked_at"]] == [(server, 1)]
    answer = lead.post("/shifts/publish/", {"site": "HQ", "on": f"{NEXT}"})

    assert answer.url == f"/shifts/?date={NEXT}&site=HQ"
    assert RosterPublication.objects.get().published_by == manager
    assert "1" in lead.get("/shifts/published/").content.decode()


def test_publishing_what_has_not_changed_says_so_and_offers_no_button(lead, put, server, site, manager):
    manager.language = "en"
    manager.save()
    empty = lead.get(f"/shifts/publish/?date={NEXT}&site=HQ").content.decode()
    assert "the week has no shifts yet" in empty
    assert 'action="/shifts/publish/"' not in empty
    refused = lead.post("/shifts/publish/", {"site": "HQ", "on": f"{NEXT}"}, follow=True).content.decode()
    assert "the week has no shifts yet" in refused

    put(server, NEXT)
    lead.post("/shifts/publish/", {"site": "HQ", "on": f"{NEXT}"})
    again = lead.post("/shifts/publish/", {"site": "HQ", "on": f"{NEXT}"}, follow=True).content.decode()
    assert "nothing has changed since" in again
    assert RosterPublication.objects.count() == 1


def test_patterns_page_adds_and_refuses_in_words(lead, site):
    names = {"name_zh_hans": "夜班", "name_zh_hant": "夜更", "name_en": "Night", "is_active": "on"}
    times = {"begins_0": "22:00", "ends_0": "06:00"}

    added = lead.post("/shifts/usual/?site=HQ", names | times | {"code": "night"})
    again = lead.post("/shifts/usual/?site=HQ", names | times | {"code": "night"})
    half = lead.post("/shifts/usual/?site=HQ", names | {"code": "half", "begins_0": "22:00"})
    crossing = {"begins_1": "05:00", "ends_1": "07:00"}
    over = lead.post("/shifts/usual/?site=HQ", names | times | crossing | {"code": "over"})

    assert (added.status_code, ShiftPattern.objects.get().spans) == (302, [["22:00", "06:00"]])
    assert [list(each.context["form"].errors) for each in (again, half, over)] == [["code"], ["ends_0"], ["begins_1"]]
    assert 'value="夜班"' in again.content.decode()


def test_pattern_page_changes_it_and_shifts_keep_their_times(lead, put, early, server):
    put(server)
    fields = {"code": "early", "name_zh_hans": "早", "begins_0": "06:00", "ends_0": "14:00"}

    answer = lead.post(f"/shifts/usual/{early.pk}/", fields)

    early.refresh_from_db()
    assert (answer.status_code, early.spans, early.is_active) == (302, [["06:00", "14:00"]], False)
    assert f"{Shift.objects.get().during.upper:%H:%M}" == "08:15"


def test_rules_page_saves_limits_bars_and_none(lead, site):
    fields = {"hours_a_day": "9.5", "rest_hours": "", "break_minutes": "20", "act_hours_a_day": "bar"}

    lead.post("/shifts/rules/?site=HQ", fields)

    rules = WorkingTimeRules.objects.get(site=site)
    assert (float(rules.hours_a_day), rules.rest_hours, rules.bars) == (9.5, None, ["hours_a_day"])


@pytest.mark.parametrize(
    ("field", "value"),
    [("hours_a_day", "25"), ("hours_a_day", "0"), ("hours_a_week", "-1"), ("rest_hours", "49"), ("days_in_row", "0"),
     ("break_minutes", "0"), ("break_after_hours", "1e400"), ("act_hours_a_day", "x")],
)  # fmt: skip
def test_rules_page_refuses_what_the_table_cannot_hold(lead, site, field, value):
    answer = lead.post("/shifts/rules/?site=HQ", {"break_minutes": "20", field: value})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_a_barred_shift_says_which_rule(lead, put, server, site, settings):
    WorkingTimeRules.objects.create(site=site, hours_a_day=8, bars=["hours_a_day"])
    lead.cookies["language"] = "en"

    answer = lead.post("/shifts/cell/", where(server) | {"begins": "08:00", "ends": "17:00"})

    assert answer.status_code == 422
    assert "9" in str(answer.context["form"].errors["begins"])


@pytest.mark.parametrize("page", ["usual", "rules", "leave", "copy", "publish"])
def test_pages_of_another_site_are_not_found_for_its_neighbours_manager(client, site, page):
    client.force_login(make_user("lead-sz", Role.MANAGER, site=make_site("SZ")))

    assert client.get(f"/shifts/{page}/?site=HQ").status_code == 404


@pytest.mark.parametrize("page", ["", "?view=day", "publish/", "leave/", "cell/", "exchange/"])
def test_pages_of_the_roster_take_as_many_statements_for_three_people_as_for_one(
    lead, put, server, site, now, page, query_count
):
    def fill(person):
        put(person, MONDAY), put(person, MONDAY + timedelta(1)), put(person, NEXT)
        start = now + timedelta(days=14)
        request_leave(user=person, kind="leave", note="", start=start, end=start + HOUR, actor=person, now=now)

    def ask():
        asked = {"site": "HQ"} if "?" not in page else {}
        asked |= {"person": server.pk, "on": f"{MONDAY}"} if page == "cell/" else {}
        assert lead.get(f"/shifts/{page}", asked).status_code == 200

    fill(server)
    ask()
    one = query_count(ask)
    for number in range(2):
        fill(make_user(f"more{number}", Role.SERVICE_STAFF, site=site))

    assert query_count(ask) == one
