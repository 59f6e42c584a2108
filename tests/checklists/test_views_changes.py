"""Changes as people meet them: cards on the tablet, the history on the booking's page, and who has not seen them."""

import re

import pytest
from django.urls import reverse

from bookings.models import Booking
from checklists.models import Acknowledgement, Step
from checklists.services.acknowledgements import acknowledge
from staff.models import User
from tests import factories
from tests.checklists.meetings import HOUR, MINUTE, approved, change, serve
from tests.checklists.pages import HTMX, signed_in


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    time_machine.move_to(now, tick=False)
    return time_machine


@pytest.fixture
def booking(room_108, applicant, server, now):
    """14:00 to 16:00 that day, with tea; the server has its steps."""
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now - 72 * HOUR, tea=True)
    serve(booking, server, "service_staff", now=now)
    # Set the day before; the next that a change may touch is due at 13:30.
    Step.objects.filter(booking=booking, item__code="P1").update(state="done", done_at=now, done_by=server)
    return booking


@pytest.fixture
def question(booking, server, secretary, now):
    change(booking, now=now, actor=secretary, headcount=12)
    return Acknowledgement.objects.get(user=server)


def address(question):
    return reverse("checklists:change_seen", args=[question.pk])


def page_of(user, path, **extra):
    return signed_in(user).get(path, **extra).content.decode()


@pytest.mark.parametrize("path", ["/tablet/", "/tablet/me/", "/tablet/meetings/{ref}/"])
def test_card_stands_first_on_the_tablet_with_what_changed_in_words(path, booking, question, server):
    path = path.format(ref=booking.ref)

    page = page_of(server, path, **HTMX)

    assert re.search(r'<div class="list"[^>]*>\s*<section class="changes"', page)
    assert f'id="change-{question.pk}"' in page
    assert "10 → 12" in page
    assert "The booking was changed · Secretary" in " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert f'<form class="change-act" method="post" action="{address(question)}" hx-post="{address(question)}"' in page
    assert f'name="back" value="{path}"' in page


def test_card_is_only_for_the_person_asked(booking, question, manager):
    paths = ["/tablet/", "/tablet/me/", f"/tablet/meetings/{booking.ref}/"]

    assert [path for path in paths if 'class="change' in page_of(manager, path)] == []


def test_card_on_a_meetings_page_is_of_that_meeting(booking, question, rooms, applicant, server, now):
    other = approved(room=rooms[1], applicant=applicant, start=now + 8 * HOUR, now=now)

    assert 'class="change' not in page_of(server, f"/tablet/meetings/{other.ref}/")


def test_card_keeps_a_private_topic_private(booking, question, server):
    Booking.objects.filter(pk=booking.pk).update(is_private=True, title="并购谈判")

    page = page_of(server, "/tablet/")

    assert f'id="change-{question.pk}"' in page
    assert "并购谈判" not in page


def test_card_of_a_cancelled_meeting_leads_nowhere(booking, server, now):
    change(booking, now=now, status=Booking.Status.CANCELLED)

    card = page_of(server, "/tablet/").partition('<article class="change')[2].partition("</article>")[0]

    assert "Withdrawn" in card
    assert "Cancelled" in card
    assert f"/tablet/meetings/{booking.ref}/" not in card


@pytest.mark.parametrize(("minutes", "mark"), [(41, "mark"), (40, "mark mark-warn")])
def test_card_presses_from_ten_minutes_before(minutes, mark, booking, question, server, clock):
    clock.move_to(booking.start_at - minutes * MINUTE, tick=False)

    (shown,) = re.findall(r'<p class="change-when">\s*<span class="([^"]+)">', page_of(server, "/tablet/me/"))

    assert shown == mark


def test_tablet_without_changes_has_no_section_for_them(booking, server):
    assert "changes" not in re.findall(r'<section class="(\w+)"', page_of(server, "/tablet/"))


def test_seen_as_a_plain_form_goes_back_and_says_so(booking, question, server, now):
    client = signed_in(server)

    answer = client.post(address(question), {"back": "/tablet/me/"})

    question.refresh_from_db()
    assert (answer.status_code, answer["Location"], question.acknowledged_at) == (302, "/tablet/me/", now)
    page = client.get("/tablet/me/").content.decode()
    assert "Noted that you have seen the change." in page
    assert 'class="change' not in page


@pytest.mark.parametrize("back", ["", "https://example.com/", "//example.com"])
def test_seen_leads_to_no_foreign_page(back, booking, question, server):
    assert signed_in(server).post(address(question), {"back": back})["Location"] == "/tablet/"


def test_seen_by_htmx_answers_with_the_card_as_it_is_now(booking, question, server):
    page = signed_in(server).post(address(question), **HTMX).content.decode()

    assert page.strip().startswith(f'<p class="change is-seen" id="change-{question.pk}" role="status">')
    assert "Room 108: seen at 09:00." in page
    assert "<form" not in page


def test_seen_twice_keeps_the_first_word(booking, question, server, now, clock):
    client = signed_in(server)
    client.post(address(question), **HTMX)
    clock.move_to(now + 5 * MINUTE, tick=False)

    page = client.post(address(question), **HTMX).content.decode()

    question.refresh_from_db()
    assert question.acknowledged_at == now
    assert "Room 108: seen at 09:00." in page


def test_seen_for_somebody_else_is_not_found(booking, question, manager, secretary):
    statuses = [signed_in(user).post(address(question)).status_code for user in (manager, secretary)]

    question.refresh_from_db()
    assert (statuses, question.acknowledged_at) == ([404, 404], None)


def test_seen_of_what_is_not_there_is_not_found(server):
    assert signed_in(server).post("/changes/999999/seen/").status_code == 404


def test_seen_by_a_link_is_refused(booking, question, server):
    assert signed_in(server).get(address(question)).status_code == 405


def history(user, booking):
    """The words of it; none where there is none."""
    page = page_of(user, f"/bookings/{booking.ref}/plan/", **HTMX)
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition('id="plan-history"')[2]).split())


def test_history_shows_the_office_and_the_floor_when_who_why_what_and_who_has_seen_it(
    booking, question, secretary, server, manager, now
):
    serve(booking, manager, "manager", now=now)
    change(booking, now=now + MINUTE, actor=secretary, headcount=14)
    acknowledge(revision_id=question.revision_id, actor=server, now=now)

    for user in (secretary, server):
        told = history(user, booking)
        newest, older = told.split("Mon 23 Nov 09:01")[1].split("Mon 23 Nov 09:00")
        assert newest.startswith(" The booking was changed · Secretary")
        assert "Head count 12 → 14" in newest
        assert "not seen yet" in newest
        assert "seen by Staff1 09:00" in older


def test_history_is_not_the_applicants(booking, question, applicant):
    assert history(applicant, booking) == ""


def test_history_of_a_plan_that_never_changed_is_left_out(booking, secretary):
    assert history(secretary, booking) == ""


def test_history_folds_what_is_older(booking, secretary, now):
    for headcount in range(11, 16):
        change(booking, now=now, headcount=headcount)

    assert "2 earlier changes" in history(secretary, booking)


def test_history_costs_the_same_for_one_and_three(booking, question, secretary, now, query_count):
    client = signed_in(secretary)
    path = f"/bookings/{booking.ref}/plan/"
    client.get(path, **HTMX)
    one = query_count(lambda: client.get(path, **HTMX))
    for headcount in (13, 14):
        change(booking, now=now, headcount=headcount)

    assert query_count(lambda: client.get(path, **HTMX)) == one


def day(user, **extra):
    return page_of(user, "/day/?date=2026-11-23", **extra)


def test_day_lists_who_has_not_acknowledged_what(booking, question, manager):
    page = day(manager, **HTMX)

    assert 'Changes not acknowledged yet</b> <span class="num quiet">1</span>' in page
    (row,) = re.findall(r'<li class="unseen-row">(.*?)</li>', page, re.DOTALL)
    said = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert said.startswith("Staff1 matters from 13:30 108 季度会")
    assert "The booking was changed" in said
    assert "alert-row is-unseen" not in page


def test_day_raises_it_to_the_top_ten_minutes_before_with_a_call_and_another_person(
    booking, question, server, manager, clock
):
    User.objects.filter(pk=server.pk).update(phone="6101")
    clock.move_to(booking.start_at - 40 * MINUTE, tick=False)

    kinds = re.findall(r'<li class="alert-row is-(\w+)"', day(manager))

    (row,) = re.findall(r'<li class="alert-row is-unseen">(.*?)</li>', day(manager), re.DOTALL)
    assert (kinds[0], kinds.count("unseen"), len(kinds) > 1) == ("unseen", 1, True)
    assert re.findall(r'href="([^"]+)"', re.sub(r"<svg.*?</svg>", "", row, flags=re.DOTALL)) == [
        f"/bookings/{booking.ref}/",
        "tel:6101",
        f"/bookings/{booking.ref}/#plan-history",
        f"/bookings/{booking.ref}/#people",
    ]


def test_day_lets_a_manager_acknowledge_their_own_there(booking, manager, now, clock):
    serve(booking, manager, "manager", now=now)
    change(booking, now=now, headcount=12)
    question = Acknowledgement.objects.get(user=manager)
    Acknowledgement.objects.exclude(user=manager).update(acknowledged_at=now)
    clock.move_to(question.matters_at - MINUTE, tick=False)

    page = day(manager)

    assert f'<form method="post" action="{address(question)}">' in page
    back = re.search(r'name="back" value="([^"]+)"', page.split(address(question))[1]).group(1)
    assert signed_in(manager).post(address(question), {"back": back})["Location"] == "/day/?date=2026-11-23"
    assert "alert-row is-unseen" not in day(manager)


def test_day_forgets_what_was_acknowledged(booking, question, server, manager):
    signed_in(server).post(address(question))

    assert "Changes not acknowledged yet" not in day(manager)


def test_day_costs_the_same_for_one_and_three(booking, question, manager, rooms, applicant, site, now, query_count):
    client = signed_in(manager)
    client.get("/day/?date=2026-11-23")
    one = query_count(lambda: client.get("/day/?date=2026-11-23"))
    for number, room in enumerate(rooms[1:], start=2):
        person = factories.make_user(f"staff{number}", "service_staff", site=site)
        other = approved(room=room, applicant=applicant, start=now + 5 * HOUR, now=now - 72 * HOUR, tea=True)
        serve(other, person, "service_staff", now=now)
        Step.objects.filter(item__code="P1").update(state="done", done_at=now, done_by=person)
        change(other, now=now, headcount=12)

    assert query_count(lambda: client.get("/day/?date=2026-11-23")) == one
    assert len(re.findall('<li class="unseen-row', day(manager))) == 3


def test_tablet_costs_the_same_for_one_and_three(booking, question, server, rooms, applicant, now, query_count):
    client = signed_in(server)
    client.get("/tablet/me/")
    one = query_count(lambda: client.get("/tablet/me/"))
    for number, room in enumerate(rooms[1:], start=2):
        start_at = now + number * 24 * HOUR
        other = approved(room=room, applicant=applicant, start=start_at, now=now - 72 * HOUR, tea=True)
        serve(other, server, "service_staff", now=now)
        change(other, now=now, headcount=12)

    assert query_count(lambda: client.get("/tablet/me/")) == one
    assert page_of(server, "/tablet/me/").count('<article class="change') == 3
