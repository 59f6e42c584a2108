"""Names in three languages."""

import pytest
from django.template import Context, Template
from django.utils import translation

from rooms.models import Room
from rooms.text import language_suffix, listed


@pytest.mark.parametrize(
    ("code", "suffix"),
    [
        ("zh-hans", "zh_hans"),
        ("zh-CN", "zh_hans"),
        ("zh", "zh_hans"),
        ("zh-hant", "zh_hant"),
        ("zh-HK", "zh_hant"),
        ("zh-tw", "zh_hant"),
        ("en-gb", "en"),
        ("fr", "en"),
    ],
)
def test_language_suffix_of_a_code(code, suffix):
    assert language_suffix(code) == suffix


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "厅"), ("zh-hant", "廳"), ("en", "Hall")])
def test_name_is_the_readers(language, name):
    room = Room(name_zh_hans="厅", name_zh_hant="廳", name_en="Hall")

    with translation.override(language):
        assert (room.name, str(room)) == (name, name)


def test_name_without_the_readers_falls_back():
    with translation.override("en"):
        assert Room(name_zh_hans="厅").name == "厅"


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "301、302"), ("zh-hant", "301、302"), ("en", "301, 302")])
def test_listed_joins_as_the_language_does(language, text):
    with translation.override(language):
        shown = Template("{% load texts %}{{ codes|listed }}").render(Context({"codes": ["301", "302"]}))

    assert (listed(["301", "302"], language), shown) == (text, text)


@pytest.mark.parametrize(("name", "label"), [("108会议室", "108会议室"), ("报告厅", "108 报告厅")])
def test_label_says_the_code_once(name, label):
    assert Room(code="108", name_zh_hans=name, name_en=name).label == label
