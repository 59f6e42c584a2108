"""One of everything that an address may name, and everyone who may ask: for the tests of all addresses."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from bookings.models import Booking, BookingImport, Series, SeriesDraft, WebhookDelivery
from bookings.recurrence import Every, Rule
from bookings.services import approve_booking, close_room, offer_alternative, question_booking, request_booking
from bookings.services.data import BookingData
from bookings.services.doors import add_screen
from bookings.services.feeds import make_feed
from bookings.services.import_runs import check_sheet, keep_sheet
from bookings.services.series import request_series
from bookings.services.webhooks import add_webhook, queue_test
from checklists.models import (
    Acknowledgement,
    Handover,
    Replanning,
    RundownPrint,
    ServiceStandard,
    StaffingNeed,
    Step,
    StepFile,
    TabletEvent,
)
from checklists.services.drafts import start_draft
from checklists.services.incidents import open_incident
from checklists.services.passed_notes import take_note
from checklists.services.proposals import make_proposal, request_proposal
from checklists.services.shift_handovers import offer_handover
from feedback.models import RATINGS, Survey, SurveyAnswer
from rooms.models import CalendarException
from rooms.sheet_reading import Sheet
from staff.models import Delivery, Notice, Pin, PinTries, Skill, User
from staff.roles import Role
from staff.services.leave import request_leave
from staff.services.open_shifts import ask_open_shift, publish_open_shift
from staff.services.patterns import add_usual_patterns
from staff.services.shifts import create_shift
from staff.services.swaps import offer_swap
from staff.services.tablets import enrol_tablet, make_tablet_code
from staff.services.tokens import issue_token
from tests.factories import make_booking, make_pool, make_supply, make_user
from tests.staff.ways_out import chat_of, registered, room_of
from tests.training import training_of

# Nobody, then everyone of the site, then a secretary of another site.
PEOPLE = (
    "anonymous",
    "applicant",
    "secretary",
    "server",
    "cleaner",
    "technician",
    "manager",
    "administrator",
    "stranger",
)


@pytest.fixture
def world(request, now, site, rooms, time_machine, settings, tmp_path):
    """One of everything that an address may name; the applicant's unless it says otherwise."""
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(now, tick=False)
    people = {name: request.getfixturevalue(name) for name in PEOPLE if name != "anonymous"}
    person = SimpleNamespace(**people)
    return SimpleNamespace(
        people=people,
        room=rooms[0],
        **bookings_of(person, rooms, now),
        **things_of(person, site, rooms, now),
        **under_way(person, rooms, now),
        **assigning_of(person, site, rooms, now),
        **standards_of(person, site, now),
        **training_of(person, now),
    )


def bookings_of(person: Any, rooms: Any, now: Any) -> dict[str, Any]:
    def ask(room, hours):
        start = now + timedelta(hours=hours)
        data = BookingData(
            room=room,
            title="季度会",
            start_at=start,
            end_at=start + timedelta(hours=1),
            headcount=10,
            host_department="市场部",
            contact_name="王敏",
            tea=True,
        )
        return request_booking(data=data, actor=person.applicant, now=now)

    facts = {"actor": person.secretary, "now": now}
    approved, questioned, offered = ask(rooms[0], 5), ask(rooms[1], 5), ask(rooms[2], 5)
    approve_booking(booking_id=approved.pk, **facts)
    question_booking(booking_id=questioned.pk, text="?", **facts)
    start = now + timedelta(hours=30)
    times = {"start": start, "end": start + timedelta(hours=1)}
    offer_alternative(booking_id=offered.pk, room_id=rooms[2].pk, **times, **facts)
    ended = make_booking(
        room=rooms[1],
        applicant=person.applicant,
        start=now - timedelta(hours=4),
        status=Booking.Status.ENDED,
        actual_start_at=now - timedelta(hours=4),
        actual_end_at=now - timedelta(hours=2),
    )
    survey = Survey.objects.create(booking=ended, asked_at=now, asked_of=person.applicant)
    other = make_booking(room=rooms[2], applicant=person.applicant, start=now - timedelta(hours=9), status="ended")
    asked = Survey.objects.create(booking=other, asked_at=now, asked_of=person.applicant)
    # Marked already: nothing is planned anew.
    answer = SurveyAnswer.objects.create(
        survey=asked, answered_at=now, **dict.fromkeys(RATINGS, 2), text="x", is_complaint=True
    )
    draft = make_booking(room=rooms[0], applicant=person.applicant, start=now, status=Booking.Status.DRAFT)
    step = Step.objects.filter(booking=approved, role="service_staff").first()
    step.refresh_from_db()
    return {
        "series": series_of(person, rooms, now),
        "series_draft": draft_of_series(person, rooms[0].site, now),
        "draft": draft,
        "requested": ask(rooms[0], 50),
        "approved": approved,
        "questioned": questioned,
        "offered": offered,
        "ended": ended,
        "survey": survey,
        "answer": answer,
        "step": step,
        "step_file": picture_of(step, person.server, now),
        "question": question_for(person.server, approved, now),
    }


def question_for(user: Any, booking: Booking, now: Any) -> Acknowledgement:
    """Whether a change of the plan was seen."""
    revision = booking.plan.revisions.create(at=now, cause="changed", withdrawn=["P10:1:"])
    return Acknowledgement.objects.create(revision=revision, user=user, asked_at=now, matters_at=now)


def series_of(person: Any, rooms: Any, now: Any) -> Series:
    """Three Thursdays that wait for a decision."""
    start = now + timedelta(days=10, hours=3)
    facts = {"headcount": 5, "host_department": "市场部", "contact_name": "王敏"}
    data = BookingData(room=rooms[1], title="例会", start_at=start, end_at=start + timedelta(hours=1), **facts)
    rule = Rule(Every.WEEK, start.date(), count=3)
    return request_series(data=data, rule=rule, actor=person.applicant, now=now)


def draft_of_series(person: Any, site: Any, now: Any) -> SeriesDraft:
    return SeriesDraft.objects.create(
        applicant=person.applicant, site=site, title="例会", starts_on=now.date(), saved_at=now
    )


def picture_of(step: Step, user: Any, now: Any) -> StepFile:
    row = StepFile(op=uuid4(), step=step, kind="photo", taken_at=now, by=user)
    row.file.save("1.jpg", ContentFile(b"\xff\xd8\xff"))
    return row


def things_of(person: Any, site: Any, rooms: Any, now: Any) -> dict[str, Any]:
    facts = {"code": "x", "created_at": now}
    notice = Notice.objects.create(recipient=person.applicant, key="1", **facts)
    other = Notice.objects.create(recipient=person.server, key="2", **facts)
    issue_token(person.applicant, now)
    rooms[0].photo.save("1.jpg", ContentFile(b"\xff\xd8\xff"))
    rooms[0].floor_plan.save("1.jpg", ContentFile(b"\xff\xd8\xff"))
    (screen, door_key), (_lobby, lobby_key) = (
        add_screen(site=site, room=room, name="x", actor=person.secretary, now=now) for room in (rooms[2], None)
    )
    times = {"start": now + timedelta(days=9), "end": now + timedelta(days=10)}
    rundown = RundownPrint(site=site, on=now.date(), version=1, language="en", requested_by=person.manager)
    rundown.requested_at, rundown.state, rundown.made_at = now, RundownPrint.State.READY, now
    rundown.file.save("1.pdf", ContentFile(b"%PDF-1.7"))
    return {
        "pool": make_pool(site),
        "supply": make_supply(site, "TEA", on_hand=9, at=now),
        "notice": notice,
        "delivery": Delivery.objects.create(notice=other, channel="mail", state="failed", next_at=now),
        "token": person.applicant.api_tokens.get(),
        **ways_out_of(person, site, now),
        "shift": create_shift(
            user=person.server, site=site, start=now, end=now + timedelta(hours=3), actor=None, now=now
        ),
        **duty_of(person, site, now),
        "exception": CalendarException.objects.create(site=site, on=date(2026, 11, 27), name_zh_hans="x"),
        "closure": close_room(room_id=rooms[0].pk, reason="x", actor=person.secretary, now=now, **times),
        "rundown": rundown,
        "run": run_of(person, site, now),
        **webhook_of(person, site, now),
        "feed": make_feed(user=person.applicant, kind="person", now=now),
        "screen": screen,
        "door_key": door_key,
        "lobby_key": lobby_key,
        **tablet_of(person, site, now),
        "incident": open_incident(
            site=site, kind="leak", gravity=2, text="x", room=rooms[0], actor=person.server, now=now
        ),
    }


def duty_of(person: Any, site: Any, now: Any) -> dict[str, Any]:
    """A usual shift of the site, and leave that the server asks for."""
    add_usual_patterns(site=site)
    times = {"start": now + timedelta(days=20), "end": now + timedelta(days=21)}
    asked = request_leave(user=person.server, kind="leave", note="x", actor=person.server, now=now, **times)
    return {"pattern": site.shift_patterns.first(), "leave": asked, **exchange_of(person, site, now)}


def exchange_of(person: Any, site: Any, now: Any) -> dict[str, Any]:
    """A shift on offer, one that could be, and an open one that the server asks for."""
    day = timedelta(days=1)
    facts = {"user": person.server, "site": site, "actor": None, "now": now}
    offered, coming = (
        create_shift(start=now + count * day, end=now + count * day + timedelta(hours=3), **facts) for count in (8, 9)
    )
    times = {"start": now + 10 * day, "end": now + 10 * day + timedelta(hours=3)}
    opened = publish_open_shift(site=site, role=Role.SERVICE_STAFF, places=2, actor=person.manager, now=now, **times)
    return {
        "swap": offer_swap(shift_id=offered.pk, giver=person.server, colleague=None, now=now),
        "coming_shift": coming,
        "open_shift": opened,
        "open_request": ask_open_shift(open_shift_id=opened.pk, user=person.server, now=now),
    }


def tablet_of(person: Any, site: Any, now: Any) -> dict[str, Any]:
    """Enrolled, with somebody who failed at it."""
    code = make_tablet_code(site=site, name="x", place="", actor=person.manager, now=now)[1]
    tablet, _key = enrol_tablet(code=code, now=now)
    return {
        "tablet": tablet,
        "pin_tries": PinTries.objects.create(user=person.server, tablet=tablet, failed=1),
        "pin": Pin.objects.create(user=person.server, encoded="x", set_at=now, shut_at=now),
    }


def ways_out_of(person: Any, site: Any, now: Any) -> dict[str, Any]:
    """Addresses that nothing can be sent to, for tests of them are really sent."""
    return {
        "chat": chat_of(person.applicant, now, url="jsons://chat.invalid./x"),
        "channel": room_of(site, person.manager, now, url="jsons://chat.invalid./x"),
        "browser": registered(person.applicant, now, endpoint="https://push.invalid/1"),
    }


def standards_of(person: Any, site: Any, now: Any) -> dict[str, Any]:
    """The shared standard, the draft of the site, and a run that plans meetings anew with the shared one."""
    shared = ServiceStandard.objects.get(site=None, number=1)
    facts = {"standard": shared, "requested_by": person.administrator, "requested_at": now, "since": now.date()}
    return {
        "shared_standard": shared,
        "draft_standard": start_draft(site=site, actor=person.manager, now=now),
        "replanning": Replanning.objects.create(**facts),
    }


def run_of(person: Any, site: Any, now: Any) -> BookingImport:
    line = ["108", "季度会", "2026-11-30 09:00", "2026-11-30 10:00", "5"]
    sheet = Sheet(["room", "title", "start", "end", "headcount"], [line])
    run = keep_sheet(site=site, name="oa.csv", sheet=sheet, actor=person.secretary, now=now)
    return check_sheet(run_id=run.pk, mapping=run.mapping, clock=lambda: now)


def webhook_of(person: Any, site: Any, now: Any) -> dict[str, Any]:
    # The number is nobody's: a test of it ends at the guard.
    facts = {"name": "OA", "url": "https://192.0.2.1/x", "host": "192.0.2.1", "events": ["approved"]}
    webhook, _secret = add_webhook(site=site, actor=person.administrator, now=now, **facts)
    delivery = queue_test(webhook=webhook, now=now)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(state=WebhookDelivery.State.FAILED)
    return {"webhook": webhook, "webhook_delivery": delivery}


def under_way(person: Any, rooms: Any, now: Any) -> dict[str, Any]:
    """A meeting that runs, with a note for someone inside."""
    start = now - timedelta(minutes=30)
    running = make_booking(
        room=rooms[2], applicant=person.applicant, start=start, status=Booking.Status.RUNNING, actual_start_at=start
    )
    note = take_note(booking=running, sender="陈秘书", recipient="王总", actor=person.server, now=now)
    return {
        "running": running,
        "note": note,
        "contradiction": contradiction_of(running, person, now),
        "handover": handover_to(person.server, now),
    }


def handover_to(receiver: User, now: Any) -> Handover:
    """What a colleague who goes off duty offers."""
    giver = make_user("going", Role.SERVICE_STAFF, site=receiver.site)
    return offer_handover(giver=giver, receiver_id=receiver.pk, note="x", now=now)


def contradiction_of(booking: Booking, person: Any, now: Any) -> TabletEvent:
    """What a tablet brought against a step as it stands."""
    facts = {"op": uuid4(), "device": uuid4(), "sequence": 1, "by": person.server, "carried_by": person.server}
    facts |= {"kind": "tick", "verdict": "conflict", "site": booking.site, "booking": booking}
    times = dict.fromkeys(("device_at", "tapped_at", "received_at"), now)
    return TabletEvent.objects.create(step=booking.steps.first(), **facts, **times)


def assigning_of(person: Any, site: Any, rooms: Any, now: Any) -> dict[str, Any]:
    """A need of a skill, and a proposal for the day after the others' with its line."""
    skill = Skill.objects.create(code="tea", name_zh_hans="茶艺")
    need = StaffingNeed.objects.create(site=site, role="service_staff", skill=skill, ground="fact", value="tea")
    on = now.date() + timedelta(days=1)
    make_booking(room=rooms[1], applicant=person.applicant, start=now + timedelta(days=1, hours=6), status="approved")
    proposal = request_proposal(site=site, since=on, days=1, actor=person.manager, now=now)
    make_proposal(proposal_id=proposal.pk, now=now)
    return {"need": need, "proposal": proposal, "proposal_line": proposal.lines.first()}


def clients_of(world: Any, now: Any) -> dict[str, Client]:
    """Everyone signed in to the pages, and with a token for the API."""
    clients = {"anonymous": Client()}
    for name, person in world.people.items():
        clients[name] = Client(headers={"Authorization": f"Bearer {issue_token(person, now)}"})
        clients[name].force_login(person)
    return clients
