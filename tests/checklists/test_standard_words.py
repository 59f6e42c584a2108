"""A standard in words."""

import pytest
from django.utils.translation import override

from checklists.models import StandardLog
from checklists.standard_fault_words import FAULT_WORDS, fault_text, placed_text
from checklists.standard_words import (
    condition_text,
    evidence_text,
    late_text,
    leads_text,
    moment_text,
    repeat_text,
)
from checklists.standards import Condition, Evidence, Fault, Formula, Moment, Quantity, Repeat, RepeatVariant, Text
from checklists.templatetags.standards import log_text

TEA, COFFEE = Condition("fact", fact="tea"), Condition("fact", fact="coffee")
CROWD = Condition("compare", fact="headcount", comparison="at_least", value=50)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (Moment("start", minutes=-60), "60 minutes before the start"),
        (Moment("actual_end", minutes=1), "1 minute after the actual end"),
        (Moment("start", working_minutes=-240), "4 working hours before the start"),
        (Moment("start", working_minutes=-90), "90 working minutes before the start"),
        (Moment("end", working_days=2), "2 working days after the booked end"),
        (Moment("clock", "07:45"), "at 07:45"),
        (Moment("item", "P13", minutes=15), "15 minutes after P13"),
        (Moment("on_demand"), "when it happens"),
        (Moment("overdue", minutes=5), "when a step is late by 5 minutes"),
        (Moment("random_during", "10"), "a random minute of the meeting"),
    ],
)
def test_moment(moment, text):
    assert moment_text(moment) == text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (Condition(), "always"),
        (TEA, "tea"),
        (Condition("fact", fact="flags"), "flags given"),
        (Condition("fact", fact="name_plates"), "number of name plates more than 0"),
        (CROWD, "head count at least 50"),
        (Condition("not", parts=(TEA,)), "not tea"),
        (Condition("all", parts=(TEA, Condition("any", parts=(COFFEE, CROWD)))),
         "tea and (coffee or head count at least 50)"),
        (Condition("compare", fact="layout", comparison="in", value=("theatre",)), "layout is one of Theatre"),
        (Condition("compare", fact="tea", comparison="is", value=False), "tea is no"),
    ],
)  # fmt: skip
def test_condition(condition, text):
    assert condition_text(condition) == text


def test_rhythms_with_their_conditions():
    repeat = Repeat(15, 20, (RepeatVariant(CROWD, 10),))

    assert repeat_text(repeat) == (
        "every 15 minutes, never longer than 20 minutes; head count at least 50: every 10 minutes"
    )


@pytest.mark.parametrize(
    ("evidence", "text"),
    [
        (Evidence(), "Tick"),
        (Evidence("number", "celsius", 18, 28), "Number (°C, 18–28)"),
        (Evidence("number", "points", None, 5), "Number (points, at most 5)"),
        (Evidence("number", "percent", 0.5), "Number (%, ≥ 0.5)"),
        (Evidence("count", expected="cups"), "Count (cups)"),
    ],
)
def test_evidence(evidence, text):
    assert evidence_text(evidence) == text


def test_a_count_names_its_quantity_in_the_reader_s_language():
    title = Text("name plates", "席位牌", "席位牌")
    plates = Quantity("plates", Formula("name_plates"), title)

    with override("zh-hant"):
        assert evidence_text(Evidence("count", expected="plates"), [plates]) == "點算數量（席位牌）"


def test_reminders_and_when_the_manager_is_told():
    assert leads_text([0, 10, 5]) == "10 minutes before, 5 minutes before, when due"
    assert (late_text(None), late_text(5)) == ("by the rule for late steps", "5 minutes after it was due")


@pytest.mark.parametrize("code", [*FAULT_WORDS, "no_such_code"])
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_fault_is_a_sentence_that_names_what_was_found(code, language):
    with override(language):
        text = fault_text(Fault(1, "", "", code, "100 %(x)s"))

    assert text
    assert "%(value)s" not in text


def test_fault_apart_from_its_item_names_it():
    assert placed_text(Fault(0, "U1", "when", "circular", "U1")) == (
        "U1: The items wait for each other in a circle: U1 leads back to itself."
    )
    assert placed_text(Fault(0, "", "items", "empty")) == "Please fill this in."


@pytest.mark.parametrize(
    ("verb", "changes", "text"),
    [
        ("drafted", {"based_on": 3}, "Began a draft from no. 3"),
        ("item_changed", {"item": "P4", "fields": ["moments", "leads"]}, "Changed P4: When, Reminders"),
        ("replanned", {"number": 4, "meetings": 12, "since": "2026-11-23"}, "Planned meetings anew with no. 4: 12"),
        ("discarded", {}, "Discarded the draft"),
        ("of_another_day", {}, "of_another_day"),
    ],
)
def test_log(verb, changes, text):
    assert log_text(StandardLog(verb=verb, changes=changes)) == text
