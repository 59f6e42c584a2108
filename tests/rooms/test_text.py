"""Names in three languages."""

import pytest
from django.utils import translation

from rooms.models import Room
from rooms.text import language_suffix


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
