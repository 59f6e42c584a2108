"""Every change of a meeting is stored as a difference: what it re-times, adds or withdraws, and nothing else."""

import pytest
from django.utils import translation

from bookings.models import Booking
from checklists.models import Acknowledgement, PlanRevision, Step
from checklists.selectors.changes import net_of
from checklists.selectors.revisions import ADDED, CHANGED, MOVED, WITHDRAWN, Reader, revisions_of
from checklists.services.acknowledgements import acknowledge
from checklists.services.plans import plan_booking
from tests.checklists.meetings import HOUR, MINUTE, approved, change, each, end, serve, start, step_of, tick

AFTER = "A3 A5 A6 A8 A10 A11"
BEFORE = "P1 P5 P6 P7 P8 P9 P10 P12 P13 P20 P21 P23"
DURING = "U1 U2"
ALL = f"{BEFORE} {DURING} {AFTER}"
DRINKS = "P1 P10 P12 P13 P20 U1"


@pytest.fixture
def booking(room_108, applicant, server, secretary, manager, now):
    """14:00 to 16:00 that day, with tea; approved at 09:00 with its people, one step of each half done."""
    booking = approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    for user, role in ((server, "service_staff"), (secretary, "secretary"), (manager, "manager")):
        serve(booking, user, role, now=now)
    tick(step_of(booking, "P3"), secretary, now=now)
    # Its moment is drawn by the booking's number; settled, it stays out of the differences.
    booking.steps.filter(item__code="U8").update(state=Step.State.DONE, done_at=now, done_by=manager)
    return booking


def codes_of(keys):
    return sorted(key.split(":")[0] for key in keys)


def summary(revision):
    """Codes of what was added, moved, withdrawn and of what differs."""
    if revision is None:
        return None
    differing = {entry["key"] for entry in revision.changed}
    moved = [move["key"] for move in revision.moved]
    return tuple(codes_of(keys) for keys in (revision.added, moved, revision.withdrawn, differing))


def difference(added="", moved="", withdrawn="", changed=""):
    return tuple(each(text) for text in (added, moved, withdrawn, changed))


def asked(revision):
    return sorted(row.user.username for row in revision.acknowledgements.all())


def rows_of(booking):
    """What a difference may touch, by code; reminders and readiness follow from it."""
    fields = ("item__code", "state", "opens_at", "due_at", "room", "details", "role", "done_at")
    return {row[0]: row for row in booking.steps.order_by("item__code", "round").values_list(*fields)}


def shift(booking, hours):
    return {"start_at": booking.start_at + hours * HOUR, "end_at": booking.end_at + hours * HOUR}


BEFORE_THE_START = {
    "moved by an hour": (lambda b: shift(b, 1), difference(moved=ALL), ["manager", "secretary", "staff1"]),
    "moved to another day": (lambda b: shift(b, 24), difference(moved=ALL), ["manager", "secretary", "staff1"]),
    # Saturday's meeting is prepared by Friday's people.
    "moved to a weekend": (lambda b: shift(b, 120), difference("D7", ALL), ["manager", "secretary", "staff1"]),
    "more people": (lambda _: {"headcount": 12}, difference(changed="P1 P10 P12 P13 P20"), ["manager", "staff1"]),
    "water added": (lambda _: {"water": True}, difference("P11 A2", changed=DRINKS), ["manager", "staff1"]),
    "tea dropped": (
        lambda _: {"tea": False},
        difference(withdrawn="P10 P12 P13 P20 P21 U1 A3", changed="P1"),
        ["manager", "staff1"],
    ),
    "booked longer": (lambda b: {"end_at": b.end_at + HOUR}, difference(moved=AFTER), ["manager", "staff1"]),
    "booked past closing": (
        lambda b: {"end_at": b.end_at + 3 * HOUR},
        difference("A9", AFTER),
        ["manager", "staff1"],
    ),
}


@pytest.mark.parametrize("name", BEFORE_THE_START)
def test_change_before_the_start_touches_what_it_should_and_nothing_else(name, booking, now):
    fields_of, expected, people = BEFORE_THE_START[name]
    before = rows_of(booking)

    revision = change(booking, now=now, **fields_of(booking))

    after, touched = rows_of(booking), {code for codes in expected for code in codes}
    assert summary(revision) == expected
    assert {code for code in after if after[code] != before.get(code)} == touched
    assert after["P3"] == before["P3"]
    assert asked(revision) == people


def test_change_of_room_is_one_entry_and_takes_every_open_step_along(booking, rooms, now):
    done = rows_of(booking)["P3"]

    revision = change(booking, now=now, room=rooms[1])

    assert revision.changed == [{"key": "", "field": "room", "from": "108", "to": "201"}]
    assert (revision.added, revision.moved, revision.withdrawn) == ([], [], [])
    assert set(booking.steps.filter(state="open").values_list("room", flat=True)) == {rooms[1].pk}
    assert rows_of(booking)["P3"] == done
    assert asked(revision) == ["manager", "secretary", "staff1"]


def test_change_cancelled_withdraws_what_is_open_and_tells_everyone_who_had_it(booking, now):
    change(booking, now=now, status=Booking.Status.CANCELLED)

    revision = PlanRevision.objects.last()
    assert summary(revision) == difference(withdrawn=ALL)
    assert step_of(booking, "P3").state == Step.State.DONE
    assert asked(revision) == ["manager", "secretary", "staff1"]


def begun(booking):
    start(booking, now=booking.start_at)
    Acknowledgement.objects.all().delete()


WHILE_RUNNING = {
    "extended": (
        lambda b: change(b, now=b.start_at + HOUR, cause="extended", end_at=b.end_at + HOUR),
        difference(moved=AFTER),
        ["manager", "staff1"],
    ),
    # The sweep waits with the clearing; nobody is asked about that each time.
    "running over": (lambda b: change(b, now=b.end_at + MINUTE, cause="sweep"), difference(moved=AFTER), []),
    "ended early": (lambda b: end(b, now=b.start_at + 35 * MINUTE), difference(moved=AFTER), ["manager", "staff1"]),
    "ended three minutes late": (lambda b: end(b, now=b.end_at + 3 * MINUTE), difference(moved=AFTER), []),
    "ended after closing": (lambda b: end(b, now=b.end_at + 3 * HOUR), difference("A9", AFTER), ["manager", "staff1"]),
}


@pytest.mark.parametrize("name", WHILE_RUNNING)
def test_change_while_running_retimes_what_follows_the_end(name, booking):
    act, expected, people = WHILE_RUNNING[name]
    begun(booking)

    revision = act(booking)

    assert summary(revision) == expected
    assert step_of(booking, "P3").state == Step.State.DONE
    assert asked(revision) == people


@pytest.mark.parametrize("minutes", [-10, 10])
def test_change_started_early_or_late_retimes_the_rounds_counted_from_the_start(minutes, booking):
    at = booking.start_at + minutes * MINUTE

    revision = start(booking, now=at)

    assert summary(revision) == difference(moved="U2")
    assert step_of(booking, "U2").due_at == at + 30 * MINUTE
    assert asked(revision) == ["staff1"]


def test_change_started_and_ended_as_booked_is_no_difference(booking):
    assert start(booking, now=booking.start_at) is None
    assert end(booking, now=booking.end_at) is None


def test_change_round_that_rolls_on_from_a_tick_is_no_difference(booking, server):
    begun(booking)
    count = PlanRevision.objects.count()

    tick(step_of(booking, "U1"), server, now=booking.start_at + 5 * MINUTE)

    assert step_of(booking, "U1", 2).due_at == booking.start_at + 20 * MINUTE
    assert PlanRevision.objects.count() == count


def test_change_decided_anew_at_another_time_is_told_as_moved(booking, rooms, now):
    was = {step.key: step.due_at for step in booking.steps.filter(state="open")}
    change(booking, now=now, status=Booking.Status.REQUESTED, cause="released", room=rooms[1], **shift(booking, 1))

    revision = change(booking, now=now, status=Booking.Status.APPROVED, cause="approved")

    assert {move["key"]: move["from"] for move in revision.moved} == {key: at.isoformat() for key, at in was.items()}
    assert revision.changed == [{"key": "", "field": "room", "from": "108", "to": "201"}]
    assert asked(revision) == ["manager", "secretary", "staff1"]


def test_change_records_who_and_why(booking, secretary, now):
    revision = change(booking, now=now, actor=secretary, headcount=12)

    assert (revision.actor, revision.cause, revision.at) == (secretary, "changed", now)


def lines(booking, user, revision=None):
    with translation.override("en"):
        return Reader(booking.plan, user).changes(revision or PlanRevision.objects.last())


def test_reader_folds_steps_that_move_alike(booking, server, now):
    change(booking, now=now, **shift(booking, 1))

    said = {(line.from_at, line.to_at): line.title for line in lines(booking, server)}

    poured = booking.start_at - 10 * MINUTE
    assert said[poured - HOUR, poured] == "Pour tea or coffee"
    inspected = booking.start_at - HOUR
    assert len(said[inspected - HOUR, inspected].split(", ")) == 6
    assert {line.kind for line in lines(booking, server)} == {MOVED}


def test_reader_says_alike_quantities_once_with_old_and_new(booking, server, now):
    change(booking, now=now, headcount=12)

    assert [(line.kind, line.title, line.text) for line in lines(booking, server)] == [
        (CHANGED, "seats", "10 → 12"),
        (CHANGED, "Head count", "10 → 12"),
        (CHANGED, "places", "10 → 12"),
        (CHANGED, "cups", "10 → 12"),
    ]


def test_reader_puts_codes_into_words_of_the_readers_language(booking, server, now):
    change(booking, now=now, water=True)
    revision = PlanRevision.objects.last()

    with translation.override("zh-hans"):
        told = [(line.title, line.text) for line in Reader(booking.plan, server).changes(revision)]

    assert told[0] == ("饮品", "茶 → 茶、瓶装水")
    assert [line.title for line in lines(booking, server) if line.kind == ADDED] == [
        "Put out bottled water and the reserve, Clear bottles, return unopened ones"
    ]


def test_reader_hides_the_moment_of_a_spot_check_from_those_who_will_be_checked(booking, server, manager, now):
    moved = [{"key": "U8:1:", "from": now.isoformat(), "to": (now + HOUR).isoformat()}]
    revision = booking.plan.revisions.create(at=now, moved=moved, added=["U8:2:"], withdrawn=["U8:3:"])

    assert lines(booking, server, revision) == []
    assert [line.kind for line in lines(booking, manager, revision)] == [MOVED, ADDED, WITHDRAWN]


def test_reader_names_no_guest_and_no_habit(booking, server, room_108, now):
    room_108.allows_smoking = True
    room_108.save()
    booking.guests.create(name="陈董", ash_tray="left", diet="素食")
    added = plan_booking(booking_id=booking.pk, now=now)
    booking.guests.update(diet="清真")
    changed = plan_booking(booking_id=booking.pk, now=now)

    told = [*lines(booking, server, added), *lines(booking, server, changed)]

    assert {line.kind for line in told} == {ADDED, CHANGED}
    assert [secret for secret in ("陈董", "素食", "清真", "left") if secret in repr(told)] == []
    assert "Guests and their habits" in {str(line.title) for line in told}
    assert "清真" not in repr(changed.changed)


def test_revisions_of_leaves_out_the_first_planning_and_shows_who_has_seen_the_rest(booking, secretary, server, now):
    first = change(booking, now=now, actor=secretary, headcount=12)
    change(booking, now=now + MINUTE, actor=secretary, headcount=11)
    acknowledge(revision_id=first.pk, actor=server, now=now + MINUTE)

    views = revisions_of(booking, secretary)

    told = [
        (
            view.revision.cause,
            view.revision.at,
            [row.user.username for row in view.answered],
            sorted(row.user.username for row in view.waiting),
        )
        for view in views
    ]
    assert told == [
        ("changed", now + MINUTE, [], ["manager", "staff1"]),
        ("changed", now, ["staff1"], ["manager"]),
    ]


def test_revisions_of_a_check_alone_is_nothing_to_a_server(booking, server, manager, now):
    plan = booking.plan
    moved = [{"key": "U8:1:", "from": now.isoformat(), "to": (now + HOUR).isoformat()}]
    plan.revisions.create(at=now, cause="sweep", moved=moved)

    assert (len(revisions_of(booking, server)), len(revisions_of(booking, manager))) == (0, 1)


def test_revisions_of_costs_the_same_for_one_and_three(booking, secretary, now, query_count):
    assert secretary.roles
    change(booking, now=now, headcount=12)
    revisions_of(booking, secretary)
    one = query_count(lambda: revisions_of(booking, secretary))
    for headcount in (11, 13):
        change(booking, now=now, headcount=headcount)

    assert (query_count(lambda: revisions_of(booking, secretary)), len(revisions_of(booking, secretary))) == (one, 3)


def revision(added=(), moved=(), withdrawn=(), changed=()):
    return PlanRevision(added=list(added), moved=list(moved), withdrawn=list(withdrawn), changed=list(changed))


def move(was, becomes, key="P1:1:"):
    return {"key": key, "from": was, "to": becomes}


def heads(was, becomes):
    return {"key": "P1:1:", "field": "headcount", "from": was, "to": becomes}


@pytest.mark.parametrize(
    ("revisions", "net"),
    [
        ([revision(moved=[move("a", "b")]), revision(moved=[move("b", "c")])], revision(moved=[move("a", "c")])),
        ([revision(moved=[move("a", "b")]), revision(moved=[move("b", "a")])], revision()),
        ([revision(changed=[heads(1, 2)]), revision(changed=[heads(2, 3)])], revision(changed=[heads(1, 3)])),
        ([revision(changed=[heads(1, 2)]), revision(changed=[heads(2, 1)])], revision()),
        ([revision(withdrawn=["P1:1:"]), revision(added=["P1:1:"])], revision()),
        (
            [revision(withdrawn=["P1:1:"]), revision(added=["P1:1:"], moved=[move("a", "b")])],
            revision(moved=[move("a", "b")]),
        ),
        ([revision(added=["P1:1:"]), revision(moved=[move("a", "b")])], revision(added=["P1:1:"])),
        ([revision(added=["P1:1:"]), revision(withdrawn=["P1:1:"])], revision()),
        ([revision(moved=[move("a", "b")]), revision(withdrawn=["P1:1:"])], revision(withdrawn=["P1:1:"])),
        # Rows of before moments were kept.
        ([revision(moved=[{"key": "P1:1:", "changed": ["details"]}])], revision()),
    ],
)
def test_net_of_revisions_leaves_out_what_went_to_and_fro(revisions, net):
    found = net_of(revisions)

    assert summary(found) == summary(net)
    assert (found.moved, found.changed) == (net.moved, net.changed)


def test_reader_of_a_cancelled_meeting_says_it_in_one_line(booking, server, now):
    change(booking, now=now, status=Booking.Status.CANCELLED)

    (line,) = lines(booking, server)

    assert (line.kind, len(line.title.split(", ")) > 10) == (WITHDRAWN, True)


def test_replanning_a_moved_meeting_keeps_a_tick_of_a_later_moment(booking, server, now):
    """What was ticked ahead of its time keeps the time it was due."""
    tick(step_of(booking, "P13"), server, now=now)
    due = step_of(booking, "P13").due_at

    revision = change(booking, now=now, **shift(booking, 1))

    assert (step_of(booking, "P13").due_at, step_of(booking, "P13").state) == (due, "done")
    assert "P13:1:" not in [entry["key"] for entry in revision.moved]
