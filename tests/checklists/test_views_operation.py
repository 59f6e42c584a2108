"""The operator's page: who sees what of it, in words, brought up to date and with a way to send again."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from checklists.models import Reminder
from rooms.models import Room
from staff.models import Channel
from staff.roles import Role
from tests import factories
from tests.checklists.meetings import approved, step_of
from tests.checklists.operation_rows import SECOND, delivery, missed, pulses, sent, waiting
from tests.checklists.pages import HTMX, signed_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOUSE = ("dispatch", "outbox_mail", "outbox_web", "webhooks", "sweep")


@pytest.fixture(autouse=True)
def clock(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def beating(site, now):
    pulses(now, "beat", age=3)
    pulses(now, "spare", age=1, names=HOUSE)


def page_of(user, language="en", **headers):
    return signed_in(user, language).get("/operation/", **headers).content.decode()


def test_page_says_that_all_is_well_and_lists_nothing(manager, beating):
    page = page_of(manager)

    assert "All is well: reminders go out in time, and every message arrived." in page
    assert [page.count(each) for each in ("missed-table", 'class="table deliveries"', "note-bad", "note-warn")] == [
        0
    ] * 4


def test_page_says_what_stands_still_with_its_age(manager, server, now):
    waiting(server, now - 3 * HOUR)
    waiting(server, now - MINUTE)
    pulses(now, "beat", age=400, names=("dispatch", "sweep"))
    pulses(now, "spare", age=1, names=("outbox_mail", "outbox_web", "webhooks"))
    pulses(now, "beat", age=2, names=("surveys", "training"))

    page = page_of(manager)

    assert "Reminders stand still: 2 are due and not sent, the oldest for 3 h." in page
    assert "Not running: Reminders, Plans brought up to date." in page
    assert page.count("note-bad") == 2


def test_page_says_what_did_not_arrive_and_what_came_too_late(manager, server, now, beating):
    delivery(server, now)
    delivery(server, now, state="pending", attempts=2, next_at=now - 20 * MINUTE)
    missed(server, now - MINUTE)

    page = page_of(manager)

    for said in (
        "1 message did not arrive.",
        "1 message to the outside waits, for 20 min.",
        "1 reminder of the last 24 hours came too late to be of use.",
    ):
        assert said in page
    assert page.count("note-warn") == 3


def test_page_tells_each_pulse_in_words(manager, now):
    pulses(now, "beat", age=360, names=("dispatch", "surveys"))
    pulses(now, "spare", age=4, names=("dispatch",))

    lines = signed_in(manager, "en").get("/operation/").context["pulses"]

    with override("en"):
        told = {str(line.label): [cell and (cell.mark, cell.text) for cell in line.cells] for line in lines}
    assert told == {
        "Reminders": [("warn", "6 min ago"), ("ok", "4 s ago")],
        "Mail": [("bad", ""), ("bad", "")],
        "Chat and browsers": [("bad", ""), ("bad", "")],
        "Webhooks": [("bad", ""), ("bad", "")],
        "Plans brought up to date": [("bad", ""), ("bad", "")],
        "Surveys after meetings": [("bad", "6 min ago"), None],
        "Examinations and skills that lapse": [("bad", ""), None],
    }


def test_page_lists_missed_reminders_with_step_room_and_reason(manager, server, room_108, now):
    missed(server, now - MINUTE, room=room_108)
    missed(server, now - HOUR, "superseded")

    page = page_of(manager)

    step = signed_in(manager).get("/operation/").context["missed"][0].missed.step
    assert f"{step.item.code} {step.item.title_en}" in page
    assert "<td>108</td>" in page
    assert page.index("too late to be of use; the managers were told") < page.index("a later reminder of the same step")


def test_page_names_a_private_meeting_by_its_reference_alone(manager, server, applicant, room_108, now):
    booking = approved(
        room=room_108, applicant=applicant, start=now + HOUR, now=now, title="Merger with Acme", is_private=True
    )
    reminder = missed(server, now - MINUTE)
    reminder.step = step_of(booking, "P8")
    reminder.save()

    page = page_of(manager)

    assert (booking.ref in page, "Merger" in page) == (True, False)


def test_page_shows_the_first_misses_and_counts_the_rest(manager, server, now):
    for number in range(62):
        missed(server, now - number * SECOND)

    page = page_of(manager)

    assert (page.count("too late to be of use; the managers were told"), "and 2 more" in page) == (60, True)


def test_page_puts_the_people_of_one_moment_together(manager, server, cleaner, now):
    first = missed(server, now - MINUTE)
    Reminder.objects.create(
        step=first.step, recipient=cleaner, kind="due", due_at=first.due_at, state="missed", reason="past_grace"
    )

    lines = signed_in(manager).get("/operation/").context["missed"]

    assert [line.people for line in lines] == ["Cleaner, Staff1"]


def test_page_of_a_manager_leaves_out_other_sites_and_an_administrators_does_not(manager, administrator, now):
    site = factories.make_site("HK", time_zone="Asia/Hong_Kong", holiday_calendar="HK")
    abroad = factories.make_user("abroad", Role.SERVICE_STAFF, site=site, email="abroad@example.com")
    missed(abroad, now - MINUTE, room=factories.make_room(site, "HK1"))
    delivery(abroad, now)
    delivery(abroad, now, channel="group", notice=None, event="1", target=group_of(site, administrator, now))

    of_manager, of_administrator = page_of(manager), page_of(administrator)

    assert [each in of_manager for each in ("HK1", "Abroad", "Pantry", "abroad@example.com")] == [False] * 4
    assert [each in of_administrator for each in ("HK · HK1", "Abroad", "Pantry", "abroad@example.com")] == [True] * 4


def group_of(site, user, now):
    return Channel.objects.create(
        site=site, name="Pantry", service="wecombot", sealed=b"x", hint="wecombot://…", created_at=now, created_by=user
    )


def test_page_is_not_for_a_manager_without_a_site(db):
    assert signed_in(factories.make_user("nowhere", Role.MANAGER)).get("/operation/").status_code == 403


def test_page_by_htmx_is_the_fragment_alone_and_asks_again(manager, beating):
    page = page_of(manager, **HTMX)

    assert "<html" not in page
    assert 'hx-get="/operation/" hx-trigger="every 10s" hx-swap="outerHTML"' in page


def test_page_draws_a_column_for_each_hour_in_which_something_was_sent(manager, server, now):
    sent(server, now - 30 * MINUTE, 2)
    sent(server, now - 30 * MINUTE, 30)
    sent(server, now - 5 * HOUR, 1)
    missed(server, now - 3 * HOUR)

    page = page_of(manager)

    assert (page.count('class="p99"'), page.count('class="median"'), page.count('class="missed"')) == (2, 2, 1)
    # The scale reaches a minute: the median of 16 s is at 16/60 of the height.
    picture = signed_in(manager).get("/operation/").context["picture"]
    assert [line.text for line in picture.lines] == ["0 s", "30 s", "1 min"]
    assert picture.columns[-2].median_height == pytest.approx(128 * 16 / 60, abs=0.1)


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "zh-hans"), ("zh-hant", "zh-hant"), ("en", "en")])
def test_page_opens_in_each_language(manager, server, now, language, said):
    missed(server, now - MINUTE)
    delivery(server, now)

    assert f'<html lang="{said}"' in page_of(manager, language)


def test_page_has_a_way_back_from_sending_again(manager, server, now):
    row = delivery(server, now)

    client = signed_in(manager)
    answer = client.post(f"/deliveries/{row.pk}/retry/", {"back": "/operation/"})

    row.refresh_from_db()
    assert (answer.url, row.state) == ("/operation/", "pending")


def test_page_takes_as_many_statements_for_three_as_for_one(manager, server, now, query_count):
    client = signed_in(manager)

    def add():
        room = Room.objects.filter(site=server.site).first()
        waiting(server, now - MINUTE)
        sent(server, now - HOUR, 1)
        missed(server, now - HOUR, room=room)
        delivery(server, now)

    add()
    client.get("/operation/")
    one = query_count(lambda: client.get("/operation/"))
    add()
    add()

    assert query_count(lambda: client.get("/operation/")) == one


def test_menu_leads_to_the_page_for_those_who_lead(manager, administrator, secretary, beating):
    entries = {
        user.username: "/operation/" in signed_in(user).get("/rooms/").content.decode()
        for user in (manager, administrator, secretary)
    }

    assert entries == {"manager": True, "admin": True, "secretary": False}
