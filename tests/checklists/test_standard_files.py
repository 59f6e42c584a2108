"""A standard as a file in both languages: there and back, and every fault by its line."""

import tomllib
from dataclasses import replace

import pytest
import tomli_w
from hypothesis import given, settings, strategies as st

from checklists.standards import (
    Condition,
    Fault,
    StandardFaults,
    load_standard,
    shipped_standard,
    standard_toml,
    standard_yaml,
)
from checklists.standards.toml_nodes import read_toml

WRITERS = {"yaml": standard_yaml, "toml": standard_toml}

TOML = """[title]
en = "Test"
zh_hans = "测试"

[[items]]
id = "X1"
phase = "later"
roles = ["manager",
  "butler"]
when = { anchor = "start", minutes = "soon" }
only_if = { all = ["tea", "moonlight", { headcount = { at_least = "many" } }] }
surprise = 1979-05-27 07:32:00
title.en = "Do"
title.zh_hans = "做"
title.zh_hant = "做"

[items.text]
en = \"\"\"
One
Two\"\"\"
zh_hans = ""
zh_hant = "做"
"""


def faults_of(text, language="toml"):
    with pytest.raises(StandardFaults) as caught:
        load_standard(text, language=language)
    return [(fault.line, fault.item, fault.field, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize("language", WRITERS)
def test_shipped_standard_comes_back_the_same(language):
    assert load_standard(WRITERS[language](shipped_standard()), language=language) == shipped_standard()


@pytest.mark.parametrize("language", WRITERS)
@settings(max_examples=15)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60))
def test_any_wording_comes_back_the_same(language, text):
    shipped = shipped_standard()
    wording = text.strip() or "x"
    rule = shipped.by_id["P4"]
    odd = replace(
        rule, title=replace(rule.title, en=wording), condition=Condition("compare", (), "room", "is", wording)
    )
    standard = replace(shipped, rules=tuple(odd if each is rule else each for each in shipped.rules))

    assert load_standard(WRITERS[language](standard), language=language) == standard


def test_toml_tells_every_fault_with_its_line():
    assert faults_of(TOML) == [
        (1, "", "title.zh_hant", "missing"),
        (7, "X1", "phase", "unknown_value"),
        (9, "X1", "roles", "unknown_value"),
        (10, "X1", "when.minutes", "not_a_whole_number"),
        (11, "X1", "only_if.all", "unknown_fact"),
        (11, "X1", "only_if.all", "wrong_value"),
        (12, "X1", "surprise", "unknown_field"),
        (21, "X1", "text.zh_hans", "empty"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = = 2\n", 2),
        ("a = 1\n\na = 2\n\nb = 3\n", 3),
        ("a = [\n  1,\n", 2),
        ("a = 1\r\nb = 'x\r\n", 2),
        ("a = \x00", 1),
        ("[" * 5000, 1),
    ],
)
def test_toml_that_cannot_be_read_tells_where(text, line):
    ((found, _item, _field, code),) = faults_of(text)

    assert (found, code) == (line, "syntax")


def test_toml_with_an_endless_key_is_refused_before_it_is_read():
    assert faults_of("x = 1\n" + "a." * 400 + "a = 1") == [(2, "", "", "too_many_dots")]


def test_toml_that_is_too_big_is_refused():
    assert faults_of("#" * 500_001) == [(1, "", "", "too_big")]


def plain(node):
    if isinstance(node.value, dict):
        return {name: plain(each) for name, each in node.value.items()}
    return [plain(each) for each in node.value] if isinstance(node.value, tuple) else node.value


FOUND_AGAIN = """
a.b = 1 # = [
"x y".'z.z' = '''
[[no]] "table" '''
"q\\"=" = "]}"
[t]
arr = [ 1, [2, 3], { k = 'v]', l = [ true ], "m.n" . o = 2 } , ]
[[t.list]]
n = 1_000
[t.list.sub]
s = "#"
[[t.list]]
e = []
f = {}
[t.more]
"""


def test_places_hold_what_the_parser_reads():
    assert plain(read_toml(FOUND_AGAIN)) == tomllib.loads(FOUND_AGAIN)


@given(
    st.recursive(
        st.text(max_size=8) | st.booleans() | st.integers(-999, 999),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=12,
    )
)
def test_any_data_is_written_as_toml_and_found_again(data):
    text = tomli_w.dumps({"x": data, "items": [{"id": "1", "y": data}]})

    assert tomllib.loads(text) == plain(read_toml(text)) == {"x": data, "items": [{"id": "1", "y": data}]}


@pytest.mark.parametrize("value", ["inf", "nan", "1e400", "99999999999", "07:32:00"])
def test_toml_value_that_no_field_takes_is_kept_as_text(value):
    assert isinstance(plain(read_toml(f"a = {value}"))["a"], str)


def test_fault_reads_like_that_of_yaml():
    with pytest.raises(StandardFaults) as caught:
        load_standard(TOML, language="toml")

    assert caught.value.faults[1] == Fault(7, "X1", "phase", "unknown_value", "later")
