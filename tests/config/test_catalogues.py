import gettext
import os

import pytest

from config import catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Room"\nmsgstr "会议室"\n'


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return path


def test_compile_all_new_catalogue_is_readable(tmp_path, source):
    (compiled,) = catalogues.compile_all(tmp_path)

    with compiled.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Room") == "会议室"


def test_compile_all_second_time_does_nothing(tmp_path, source):
    catalogues.compile_all(tmp_path)

    assert catalogues.compile_all(tmp_path) == []


def test_compile_all_changed_source_is_compiled_again(tmp_path, source):
    (compiled,) = catalogues.compile_all(tmp_path)
    later = compiled.stat().st_mtime + 10
    os.utime(source, (later, later))

    assert catalogues.compile_all(tmp_path) == [compiled]
