"""The picture of a standard around a sample meeting: what is asked, where it stands, and that words are clear."""

from datetime import time, timedelta
from itertools import combinations, pairwise

import pytest

from checklists.planner import compile_plan
from checklists.selectors.standard_page import covered_minutes, sample_of
from checklists.standard_forms.sample import PRESETS, sample_form, usual
from checklists.standard_picture import LABEL, ROW, WIDTH, PictureStep, draw, fitting, text_width
from checklists.standard_sample import Choices, sample_day, sample_facts
from checklists.standards import shipped_standard
from rooms.selectors import calendar_of, site_today
from tests.checklists.sample_meetings import HQ, SHANGHAI, local

START, END = local("2026-11-23 14:00"), local("2026-11-23 16:00")


def step(item, at, role="manager", **fields):
    return PictureStep(**({"item": item, "title": "Do", "role": role, "phase": "before", "at": local(at)} | fields))


def drawn(*steps, roles=("manager", "secretary")):
    return draw(steps, start=START, end=END, roles=roles, zone=SHANGHAI)


def marks_of(picture):
    return {mark.step.item: mark for lane in picture.lanes for mark in lane.marks}


def test_later_stands_further_right():
    picture = drawn(
        step("A", "2026-11-23 08:30"), step("B", "2026-11-23 13:50"), step("C", "2026-11-23 16:30"),
        step("D", "2026-11-26 16:00"),
    )  # fmt: skip

    marks = marks_of(picture)
    places = [marks["A"].x, marks["B"].x, picture.start_x, picture.end_x, marks["C"].x, marks["D"].x]
    assert places == sorted(places)
    assert len(set(places)) == 6
    assert places[0] > LABEL
    assert places[-1] < WIDTH


def test_meeting_is_to_scale_and_takes_its_share():
    picture = drawn(step("A", "2026-11-23 08:30"), step("B", "2026-11-23 15:00", phase="during"))

    assert marks_of(picture)["B"].x == pytest.approx((picture.start_x + picture.end_x) / 2, abs=0.2)
    assert picture.meeting_width > WIDTH * 0.3


def test_lanes_follow_the_order_of_roles_and_leave_out_those_without_a_step():
    picture = drawn(step("A", "2026-11-23 13:00", "secretary"), roles=("manager", "cleaner", "secretary"))

    assert [lane.role for lane in picture.lanes] == ["secretary"]


def test_rounds_go_to_the_end_and_show_by_when_the_next_must_be_done():
    picture = drawn(step("U1", "2026-11-23 14:15", phase="during", every=15, limit=20))

    rounds = marks_of(picture)["U1"].rounds
    assert len(rounds) == 7
    assert all(each.x < each.next_x < each.limit_x <= picture.end_x for each in rounds if each.limit_x)
    assert [each.limit_x is None for each in rounds] == [False] * 6 + [True]


def test_days_of_the_calendar_are_named_once_and_meet():
    picture = drawn(step("A", "2026-11-23 13:00"), step("B", "2026-11-24 16:00"), step("C", "2026-11-26 16:00"))

    assert [day.at.astimezone(SHANGHAI).day for day in picture.days] == [23, 24, 26]
    assert all(one.x + one.width == pytest.approx(two.x, abs=0.2) for one, two in pairwise(picture.days))


def test_gaps_of_hours_are_broken():
    assert len(drawn(step("A", "2026-11-23 08:30"), step("B", "2026-11-23 13:00")).breaks) == 1


@pytest.mark.parametrize("preset", range(len(PRESETS)))
def test_words_of_a_whole_standard_overlap_nowhere(preset):
    choices = sample_form_of(preset)
    facts = sample_facts(choices, HQ, local("2026-11-20 09:00").date())
    rules = shipped_standard()
    steps = [
        PictureStep(
            item=each.item, title=rules.by_id[each.item].title.en, role=each.role, phase="before", at=each.due_at,
            every=each.every_minutes, limit=each.limit_minutes,
        )
        for each in compile_plan(rules, facts, HQ)
    ]  # fmt: skip

    roles = sorted({each.role for each in steps})
    picture = draw(steps, start=facts.start_at, end=facts.end_at, roles=roles, zone=SHANGHAI)

    marks = [mark for lane in picture.lanes for mark in lane.marks]
    assert len(marks) == len(steps)
    for one, two in combinations(marks, 2):
        if abs(one.y - two.y) < ROW - 1:
            left, right = sorted([span_of(one), span_of(two)])
            assert left[1] <= right[0]
    assert all(span_of(mark)[0] >= LABEL and span_of(mark)[1] <= WIDTH for mark in marks)


def sample_form_of(preset: int) -> Choices:
    _title, others = PRESETS[preset]
    return sample_form({"chosen": "1"} | usual(**others)).choices()


def span_of(mark):
    """From the first to the last of a mark, its rounds and its words."""
    width = text_width(mark.label)
    words = (mark.label_x, mark.label_x + width) if mark.anchor == "start" else (mark.label_x - width, mark.label_x)
    ends = [mark.x, mark.last_x, *words]
    return min(ends), max(ends)


@pytest.mark.parametrize(("text", "width", "shown"), [("P4 Do", 90, "P4 Do"), ("茶" * 9, 40, "茶茶…"), ("", 10, "")])
def test_long_words_are_cut(text, width, shown):
    assert fitting(text, width) == shown


@pytest.mark.parametrize(("day", "weekday"), [("working", range(5)), ("non_working", range(5, 7))])
def test_sample_lies_on_a_day_of_its_kind(day, weekday):
    on = sample_day(Choices(day=day), HQ, local("2026-11-20 09:00").date())

    assert on.weekday() in weekday
    assert on > local("2026-11-21 09:00").date()


@pytest.fixture
def sample(site, now):
    def of(**choices):
        return sample_of(shipped_standard(), Choices(**choices), site=site, now=now)

    return of


def items(steps) -> set[str]:
    return {each.item for each in steps}


def test_facts_choose_what_is_asked(sample):
    plain = items(sample(services=frozenset()).steps)
    rich = items(sample(services=frozenset({"tea"}), guests=frozenset({"foreign", "important"})).steps)

    assert {"P12", "P13", "U1"} & plain == set()
    assert {"P12", "P13", "U1", "P22", "P25"} <= rich


def test_large_meeting_is_reviewed(sample):
    assert ("A12" in items(sample(headcount=49).steps), "A12" in items(sample(headcount=80).steps)) == (False, True)


def test_meeting_after_closing_time_is_cleaned_before_the_next_opening(sample, site, now):
    found = sample(start=time(17), minutes=120)

    last = next(each for each in found.steps if each.item == "A9")
    opening = calendar_of(site).local_date(last.at)
    assert opening > site_today(site, now) + timedelta(days=2)


def test_table_holds_every_step_and_what_is_not_asked(sample):
    found = sample()

    asked, unused = items(found.steps), {rule.id for rule in found.unused}
    assert asked & unused == set()
    assert sum(len(lane.marks) for lane in found.picture.lanes) == found.step_count == len(found.steps)
    assert items(found.on_demand) >= {"U5", "U6", "U7", "U9"}
    assert "D1" in items(found.daily)


def test_totals_count_steps_rounds_and_minutes_by_role(sample):
    totals = {total.role: total for total in sample().totals}

    assert list(totals) == ["service_staff", "secretary", "manager", "host"]
    assert totals["service_staff"].rounds > totals["secretary"].rounds == 0
    assert all(total.minutes > 0 for total in totals.values())


def test_minutes_that_overlap_are_counted_once():
    spans = [(START, START + timedelta(minutes=30)), (START + timedelta(minutes=20), START + timedelta(minutes=50))]

    assert covered_minutes([*spans, (END, END + timedelta(minutes=5))]) == 55
