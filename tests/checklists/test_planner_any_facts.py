from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from checklists.planner import AgendaFacts, Facts, GuestFacts, compile_plan
from checklists.standards import shipped_standard
from rooms.workcal import WorkingCalendar
from tests.checklists.sample_meetings import BERLIN_OFFICE, HQ, SHANGHAI, meeting, plan

DAY = "2026-11-23"


@given(st.integers(0, 500), st.integers(70, 300), st.integers(1, 200))
def test_u8_extension_never_moves_the_spot_check_back(number, minutes, extension):
    facts = replace(meeting(f"{DAY} 14:00", f"{DAY} 15:00"), seed=f"HW-{number}")
    booked = replace(facts, end_at=facts.start_at + timedelta(minutes=minutes))
    extended = replace(booked, end_at=booked.end_at + timedelta(minutes=extension))

    before, after = plan(booked)["U8:1:"].due_at, plan(extended)["U8:1:"].due_at

    assert after == before or after > booked.end_at - timedelta(minutes=10)


instants = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
codes = st.sampled_from(["", "board_room", "u_shape", "theatre"])
guests = st.builds(
    GuestFacts,
    key=st.sampled_from(["", "1", "2"]),
    name=st.sampled_from(["王先生", "Ms Chan"]),
    ash_tray=st.sampled_from(["", "left", "right"]),
    country=st.sampled_from(["", "DE"]),
)
agenda_items = st.builds(
    AgendaFacts, key=st.sampled_from(["1", "2"]), title=st.just("Topic"), start_at=instants, end_at=instants
)
any_facts = st.builds(
    Facts,
    start_at=instants,
    end_at=instants,
    actual_start_at=st.none() | instants,
    actual_end_at=st.none() | instants,
    headcount=st.integers(0, 900),
    layout=codes,
    standing_layout=codes,
    previous_layout=st.none() | codes,
    has_movable_tables=st.booleans(),
    allows_smoking=st.booleans(),
    tea=st.booleans(),
    coffee=st.booleans(),
    water=st.booleans(),
    name_plates=st.integers(0, 5),
    microphones=st.integers(0, 5),
    guests=st.lists(guests, max_size=4).map(tuple),
    agenda=st.lists(agenda_items, max_size=4).map(tuple),
    done_at=st.dictionaries(st.just("P13"), instants),
).map(lambda facts: replace(facts, end_at=min(facts.end_at, facts.start_at + timedelta(days=3))))


@given(any_facts, st.sampled_from([HQ, BERLIN_OFFICE, WorkingCalendar(SHANGHAI, {})]))
def test_plan_of_any_facts_is_the_same_each_time_with_keys_unique_and_in_order(facts, calendar):
    steps = compile_plan(shipped_standard(), facts, calendar)

    again = WorkingCalendar(calendar.zone, calendar.weekly, calendar.country)
    assert compile_plan(shipped_standard(), replace(facts), again) == steps
    assert len({step.key for step in steps}) == len(steps)
    assert [step.due_at for step in steps] == sorted(step.due_at for step in steps)
    assert all(step.opens_at <= step.due_at and step.due_at.tzinfo for step in steps)
    assert all(step.key == f"{step.item}:{step.round}:{step.subject}" for step in steps)
