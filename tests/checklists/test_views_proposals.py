"""The pages of proposals and needs: shown, altered, applied, and refused in words."""

from datetime import timedelta

import pytest

from checklists.models import Assignment, AssignmentProposal, AssignmentRules, StaffingNeed
from checklists.services.staffing import assign_staff
from tests.checklists.assigning import SERVICE, crew, line_in, needs_skill, proposed, skill
from tests.checklists.meetings import HOUR, approved
from tests.checklists.pages import HTMX, signed_in

DAY = "/assignments/?date=2026-11-23&site=HQ"


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


@pytest.fixture
def meetings(rooms, applicant, now):
    return [
        approved(room=room, applicant=applicant, start=now + 2 * HOUR, minutes=60, now=now, tea=True) for room in rooms
    ]


@pytest.fixture
def people(site, now):
    return crew(site, now, 2)


@pytest.fixture
def client(manager):
    return signed_in(manager)


def page(client, address, **facts):
    return client.get(address, **facts).content.decode()


def test_assignments_without_a_proposal_offers_to_make_one(client, site):
    text = page(client, DAY)

    assert "Propose who serves what" in text
    assert "Nothing changes until you apply it." in text


def test_assignments_asks_a_worker_and_leads_to_the_proposal(
    client, meetings, people, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/assignments/", {"site": "HQ", "date": "2026-11-23", "days": "1"})

    proposal = AssignmentProposal.objects.get()
    assert (response["Location"], proposal.state) == (f"/assignments/{proposal.pk}/", "done")
    assert client.get(DAY)["Location"] == f"/assignments/{proposal.pk}/"


@pytest.mark.parametrize(("name", "value"), [("date", "2026-02-30"), ("days", "3")])
def test_assignments_with_odd_days_says_so(client, site, name, value):
    response = client.post("/assignments/", {"site": "HQ", "date": "2026-11-23", "days": "1"} | {name: value})

    assert response.status_code == 422
    assert not AssignmentProposal.objects.exists()


def test_proposal_page_shows_what_is_open_first_and_the_reasons(client, site, meetings, people, manager, now):
    proposal = proposed(site, manager, now)

    text = page(client, f"/assignments/{proposal.pk}/")

    assert text.index("Nobody yet") < text.index("Who serves what")
    assert "All who could are busy elsewhere." in text
    assert "Crew1" in text
    assert text.count('class="pp-bar is-change"') == 2 + 1


def test_proposal_page_says_who_has_it_now(client, site, meetings, people, manager, now):
    assign_staff(booking_id=meetings[0].pk, user_id=people[0].pk, role=SERVICE, actor=manager, now=now)
    proposal = proposed(site, manager, now)
    other = line_in(proposal, meetings[1].room)
    client.post(f"/assignments/lines/{line_in(proposal, meetings[0].room).pk}/", {"act": "open"})

    text = page(client, f"/assignments/{proposal.pk}/")

    assert "now Crew1" in text
    assert other.reasons


def test_proposal_page_names_missing_skills(client, site, meetings, people, manager, now):
    needs_skill(site, "french")

    assert "Nobody on shift has: French." in page(client, f"/assignments/{proposed(site, manager, now).pk}/")


def test_proposal_page_hides_private_topics(client, site, room_108, applicant, people, manager, secretary, now):
    approved(room=room_108, applicant=applicant, start=now + 2 * HOUR, now=now, is_private=True, title="人事任免")
    proposal = proposed(site, manager, now)

    assert ("人事任免" in page(client, f"/assignments/{proposal.pk}/")) == (
        "人事任免" in page(client, f"/bookings/{proposal.lines.first().booking.ref}/")
    )


def test_proposal_page_of_a_week_shows_one_day_at_a_time(client, site, room_108, applicant, people, manager, now):
    for day in (0, 2):
        approved(room=room_108, applicant=applicant, start=now + timedelta(days=day, hours=2), minutes=60, now=now)
    proposal = proposed(site, manager, now, days=7)

    assert page(client, f"/assignments/{proposal.pk}/?on=2026-11-23").count('<tr id="line-') == 1
    assert "No meetings to staff on this day" in page(client, f"/assignments/{proposal.pk}/?on=2026-11-24")


def test_waiting_proposal_shows_its_progress_and_then_reloads(client, site, manager, now):
    proposal = AssignmentProposal.objects.create(
        site=site, since=now.date(), days=1, requested_by=manager, requested_at=now, state="running", progress=40
    )
    address = f"/assignments/{proposal.pk}/"
    waiting = page(client, address, **HTMX)
    AssignmentProposal.objects.update(state="done", finished_at=now)

    done = client.get(address, **HTMX)

    assert 'value="40"' in waiting
    assert (done.status_code, done["HX-Refresh"]) == (286, "true")


def test_failed_proposal_says_so_and_offers_another(client, site, manager, now):
    proposal = AssignmentProposal.objects.create(
        site=site, since=now.date(), days=1, requested_by=manager, requested_at=now, state="failed"
    )

    text = page(client, f"/assignments/{proposal.pk}/")

    assert "The proposal could not be made." in text
    assert "Propose again" in text


def test_line_page_shows_who_could_and_gives_it_to_them(client, site, meetings, people, manager, now):
    proposal = proposed(site, manager, now)
    opened = proposal.lines.get(user=None)
    address = f"/assignments/lines/{opened.pk}/"
    taken = proposal.lines.get(user=people[0])
    client.post(f"/assignments/lines/{taken.pk}/", {"act": "open"})

    text = page(client, address)
    response = client.post(address, {"act": "give", "user": people[0].pk})

    assert text.count("serves elsewhere") == 1
    assert response["Location"].endswith(f"#line-{opened.pk}")
    opened.refresh_from_db()
    assert (opened.user, opened.is_pinned) == (people[0], True)


def test_line_page_refuses_in_words(client, site, meetings, people, manager, now):
    proposal = proposed(site, manager, now)
    line = proposal.lines.exclude(user=people[0]).first()

    refused = client.post(f"/assignments/lines/{line.pk}/", {"act": "give", "user": people[0].pk})
    nobody = client.post(f"/assignments/lines/{line.pk}/", {"act": "give"})

    assert (refused.status_code, nobody.status_code) == (422, 422)
    assert "This person serves another meeting at that time." in refused.content.decode()
    assert "Please choose somebody." in nobody.content.decode()


def test_apply_assigns_and_says_how_many(client, site, meetings, people, manager, now):
    proposal = proposed(site, manager, now)

    response = client.post(f"/assignments/{proposal.pk}/apply/", follow=True)

    assert "Applied: 2 changes." in response.content.decode()
    assert Assignment.objects.count() == 2


def test_apply_of_what_no_longer_holds_says_so(client, site, meetings, people, manager, now):
    proposal = proposed(site, manager, now)
    assign_staff(booking_id=meetings[0].pk, user_id=people[0].pk, role=SERVICE, actor=manager, now=now)

    response = client.post(f"/assignments/{proposal.pk}/apply/", follow=True)

    assert "Please propose again." in response.content.decode()
    assert Assignment.objects.count() == 1


def test_pins_stay_in_the_next_proposal(
    client, site, meetings, people, manager, now, django_capture_on_commit_callbacks
):
    proposal = proposed(site, manager, now)
    line = proposal.lines.get(user=people[0])
    client.post(f"/assignments/lines/{line.pk}/", {"act": "open"})

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/assignments/", {"site": "HQ", "date": "2026-11-23"})

    again = AssignmentProposal.objects.exclude(pk=proposal.pk).get()
    assert again.lines.get(booking=line.booking_id).why["code"] == "left_open"


def test_needs_page_adds_and_removes_a_need(client, site):
    tea = skill()
    sent = {"site": "HQ", "what": "need", "role": SERVICE, "ground": "item:P13", "skill": tea.pk}

    client.post("/assignments/needs/", sent)
    client.post("/assignments/needs/", sent)

    need = StaffingNeed.objects.get()
    assert (need.site, need.ground, need.value, need.skill) == (site, "item", "P13", tea)
    assert "P13" in page(client, "/assignments/needs/?site=HQ")
    client.post(f"/assignments/needs/{need.pk}/remove/")
    assert not StaffingNeed.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("ground", "fact:gold"), ("ground", ""), ("skill", "0"), ("role", "applicant")]
)
def test_needs_page_refuses_what_does_not_exist(client, site, name, value):
    sent = {"site": "HQ", "what": "need", "role": SERVICE, "ground": "fact:tea", "skill": skill().pk} | {name: value}

    assert client.post("/assignments/needs/", sent).status_code == 422
    assert not StaffingNeed.objects.exists()


def test_rules_are_saved_and_kept_within_bounds(client, site):
    sent = {"site": "HQ", "what": "rules", "room_minutes": 2, "floor_minutes": 4, "step_minutes": 6, "shared_heads": ""}
    sent["building_minutes"] = 8

    assert client.post("/assignments/needs/", sent).status_code == 302
    wrong = client.post("/assignments/needs/", sent | {"floor_minutes": 61})

    rules = AssignmentRules.objects.get(site=site)
    assert (rules.room_minutes, rules.floor_minutes, rules.step_minutes, rules.shared_heads) == (2, 4, 6, None)
    assert (wrong.status_code, 'value="61"' in wrong.content.decode()) == (422, True)


def test_proposal_page_statements_do_not_grow(client, site, rooms, applicant, manager, now, query_count):
    crew(site, now, 2)
    approved(room=rooms[0], applicant=applicant, start=now + 2 * HOUR, minutes=60, now=now)
    one = proposed(site, manager, now)
    for room in rooms[1:]:
        approved(room=room, applicant=applicant, start=now + 5 * HOUR, minutes=60, now=now)
    three = proposed(site, manager, now)
    client.get(f"/assignments/{one.pk}/")

    counts = [query_count(lambda pk=each.pk: client.get(f"/assignments/{pk}/")) for each in (one, three)]

    assert counts[0] == counts[1]
    assert (one.lines.count(), three.lines.count()) == (1, 3)
