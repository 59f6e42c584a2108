"""Papers without tables."""

from random import Random

import pytest

from staff.papers import clean_answer, content_of, percent_of, worth

OPTIONS = [{"en": name} for name in "abcd"]


def content(kind="single", key=(0,), points=1, options=OPTIONS, seed=1):
    return content_of(kind=kind, text={"en": "?"}, options=options, key=key, points=points, random=Random(seed))


@pytest.mark.parametrize("seed", range(20))
def test_the_key_follows_its_options_wherever_they_go(seed):
    found = content("multiple", key=[1, 3], seed=seed)

    assert sorted(found["options"][place]["en"] for place in found["key"]) == ["b", "d"]
    assert sorted(each["en"] for each in found["options"]) == list("abcd")


def test_papers_differ_in_their_order():
    assert len({tuple(each["en"] for each in content(seed=seed)["options"]) for seed in range(20)}) > 5


@pytest.mark.parametrize(
    ("kind", "sent", "answer"),
    [
        ("single", ["2"], [2]),
        ("single", ["3", "1"], [1]),
        ("single", ["9"], None),
        ("single", ["-1"], None),
        ("single", [], None),
        ("multiple", ["3", "1", "1"], [1, 3]),
        ("multiple", ["x"], None),
        ("true_false", ["true"], True),
        ("true_false", ["false"], False),
        ("true_false", ["yes"], None),
        ("text", [" a\x00b "], "ab"),
        ("text", ["  "], None),
    ],
)
def test_what_is_no_choice_is_no_answer(kind, sent, answer):
    assert clean_answer(content(kind), sent) == answer


@pytest.mark.parametrize(
    ("kind", "key", "answer", "points"),
    [
        ("multiple", [0, 1], "key", 3),
        ("multiple", [0, 1], "part", 0),
        ("true_false", False, False, 3),
        ("true_false", False, None, 0),
        ("true_false", True, False, 0),
        ("text", [], "words", None),
        ("text", [], None, 0),
    ],
)
def test_all_points_or_none(kind, key, answer, points):
    asked = content(kind, key, points=3)
    given = {"key": asked["key"], "part": asked["key"][:1] if kind == "multiple" else None}.get(answer, answer)

    assert worth(asked, given) == points


@pytest.mark.parametrize(("given", "points", "percent"), [([1, 0], [1, 2], 33), ([2], [3], 66), ([], [], 0)])
def test_nobody_passes_by_rounding(given, points, percent):
    assert percent_of(given, points) == percent
