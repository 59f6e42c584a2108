"""What a batch of reminders becomes: one list after an outage, in sentences of each language."""

from datetime import UTC, datetime, time, timedelta

import pytest

from checklists.digest_texts import LINES_SHOWN, digest_lines
from checklists.models import Incident, Reminder, Step
from checklists.selectors.standards import rules_of
from checklists.services.dispatch import dispatch_due
from checklists.services.incidents import open_incident
from checklists.services.reminder_notices import DIGEST_ABOVE, joined
from staff.models import Delivery, Notice
from staff.notice_texts import render_notice
from staff.outside_texts import group_line
from staff.services.channels import keep_preferences
from tests.checklists.meetings import HOUR, MINUTE, approved, on_shift, step_of

Kind, State = Reminder.Kind, Reminder.State
DUE = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TEA = {"en": "Pour tea", "zh_hans": "倒茶", "zh_hant": "倒茶"}


@pytest.fixture
def shifts(server, secretary, manager, now):
    for user in (server, secretary, manager):
        on_shift(user, now - HOUR)


def drain(moment):
    while dispatch_due(now=moment).is_full:
        pass


def digests():
    return list(Notice.objects.filter(code="reminders_digest").values_list("recipient__username", flat=True))


@pytest.fixture
def storm(rooms, applicant, shifts, now):
    """A dozen meetings' reminders of one hour, none of them sent in time."""
    for number in range(12):
        approved(room=rooms[number % 3], applicant=applicant, start=now + 5 * HOUR + number * MINUTE, now=now, tea=True)
    due = Step.objects.filter(item__code="P13").earliest("due_at").due_at
    Step.objects.exclude(item__code="P13").update(state=Step.State.WITHDRAWN)
    return due


def test_outage_with_many_reminders_brings_each_person_one_list(storm, server):
    drain(storm + 20 * MINUTE)

    assert digests().count("staff1") == 1
    assert Notice.objects.filter(recipient=server, reminders__isnull=False).distinct().count() == 1
    assert not Reminder.objects.filter(recipient=server, kind=Kind.DUE, state=State.PENDING, due_at__lte=storm).exists()


def test_outage_digest_of_late_steps_is_urgent_and_names_each_step(storm, server):
    drain(storm + 20 * MINUTE)

    notice = Notice.objects.get(code="reminders_digest", recipient=server)
    assert notice.urgency == "urgent"
    waiting = Step.objects.filter(item__code="P13", state=Step.State.OPEN, reminders__recipient=server)
    assert set(notice.params["steps"]) == set(waiting.filter(reminders__notice=notice).values_list("pk", flat=True))
    assert len(notice.params["lines"]["en"].splitlines()) == notice.params["count"] > DIGEST_ABOVE


def test_outage_digest_passes_quiet_hours_when_a_step_of_it_is_late(storm, server):
    server.email = "s@example.test"
    server.save()
    keep_preferences(
        person=server, quiet_from=time(0), quiet_until=time(23), choices={"reminders": ["mail"]}, now=storm
    )

    drain(storm + 20 * MINUTE)

    assert list(Delivery.objects.filter(channel="mail").values_list("state", flat=True)) == ["pending"]


def test_a_few_late_reminders_stay_notices_of_their_own(rooms, applicant, shifts, now):
    booking = approved(room=rooms[0], applicant=applicant, start=now + 5 * HOUR, now=now, tea=True)
    Step.objects.exclude(item__code="P13").update(state=Step.State.WITHDRAWN)

    drain(step_of(booking, "P13").due_at + 4 * MINUTE)

    assert digests() == []


def test_reminder_in_quiet_hours_is_held_and_the_late_one_is_not(room_108, applicant, shifts, server, now):
    server.email = "s@example.test"
    server.save()
    choices = {"reminders": ["mail"], "late": ["mail"]}
    keep_preferences(person=server, quiet_from=time(0), quiet_until=time(23), choices=choices, now=now)
    step = step_of(approved(room=room_108, applicant=applicant, start=now + 5 * HOUR, now=now, tea=True), "P12")
    Step.objects.exclude(pk=step.pk).update(state=Step.State.WITHDRAWN)

    for moment in (step.due_at - 10 * MINUTE, step.due_at, step.due_at + 5 * MINUTE):
        drain(moment)

    rows = Delivery.objects.filter(notice__code__startswith="reminder_", notice__recipient=server).order_by("pk")
    assert list(rows.values_list("notice__code", "state")) == [
        ("reminder_lead", "held"),
        ("reminder_due", "held"),
        ("reminder_late", "pending"),
    ]


@pytest.mark.parametrize(
    ("room", "kind", "line"),
    [
        ("108", Kind.DUE, "Mon 23 Nov 14:00, room 108: Pour tea"),
        ("108", Kind.LATE, "Mon 23 Nov 14:00, room 108: Pour tea, still open"),
        ("108", Kind.SECOND, "Mon 23 Nov 14:00, room 108: Pour tea, still open"),
        ("", Kind.DUE, "Mon 23 Nov 14:00: Pour tea"),
        ("", Kind.LATE, "Mon 23 Nov 14:00: Pour tea, still open"),
        (joined(["108", "201"]), Kind.DUE, "Mon 23 Nov 14:00, room 108, 201: Pour tea"),
    ],
)
def test_digest_line_is_a_sentence(site, room, kind, line):
    assert digest_lines([(DUE, room, TEA, kind)], site.zone)["en"] == line


def test_digest_shows_so_many_lines_and_counts_the_rest(site):
    lines = digest_lines([(DUE, "108", TEA, Kind.DUE)] * (LINES_SHOWN + 3), site.zone)["en"].splitlines()

    assert (len(lines), lines[-1]) == (LINES_SHOWN + 1, "and 3 more")


def test_several_rooms_are_listed_with_the_mark_of_each_language():
    assert joined(["108", "201"]) == {"en": "108, 201", "zh_hans": "108、201", "zh_hant": "108、201"}


@pytest.fixture
def incident(site, server, manager, now):
    def make(room=None):
        facts = {"kind": Incident.Kind.FIRE, "gravity": 3, "text": "smoke", "actor": server, "now": now}
        open_incident(site=site, room=room, **facts)
        return Notice.objects.get(code="incident_opened", recipient=manager)

    return make


def test_incident_in_a_room_is_told_with_the_room(incident, room_108, site):
    notice = incident(room_108)

    assert render_notice(notice, "en", site.zone)[0] == "Incident (Grave): Fire or smoke, room 108"


def test_incident_outside_the_rooms_is_told_in_a_sentence(incident, site):
    notice = incident()

    title = "Incident (Grave): Fire or smoke, outside the meeting rooms"
    assert render_notice(notice, "en", site.zone)[0] == title
    assert group_line(notice.code, notice.params, "en", site.zone) == title


def test_leads_of_an_item_are_reminders_of_their_own(room_108, applicant, shifts, now):
    booking = approved(room=room_108, applicant=applicant, start=now + timedelta(hours=5), now=now, tea=True)
    step = step_of(booking, "P12")

    ahead = step.reminders.filter(kind__in=(Kind.LEAD, Kind.DUE)).order_by("due_at").values_list("due_at", flat=True)
    leads = next(rule.leads for rule in rules_of(step.item.standard).rules if rule.id == "P12")
    assert [int((step.due_at - at) / MINUTE) for at in ahead] == sorted(leads, reverse=True)
