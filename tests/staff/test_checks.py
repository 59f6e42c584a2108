"""System checks of the staff app."""

from staff import notice_texts
from staff.checks import languages_are_known, moments_are_aware, notice_texts_can_be_filled


def ids(errors):
    return [error.id for error in errors]


def test_checks_find_nothing_wrong_here():
    assert [*languages_are_known(None), *moments_are_aware(None), *notice_texts_can_be_filled(None)] == []


def test_language_without_columns_is_an_error(settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("fr", "French")]

    assert ids(languages_are_known(None)) == ["staff.E001"]


def test_naive_moments_are_an_error(settings):
    settings.USE_TZ = False

    assert ids(moments_are_aware(None)) == ["staff.E002"]


def test_pulses_in_local_time_are_an_error(settings):
    settings.CELERY_TIMEZONE = "Asia/Shanghai"

    assert ids(moments_are_aware(None)) == ["staff.E003"]


def test_notice_text_with_a_stray_percent_sign_is_an_error(monkeypatch):
    monkeypatch.setattr(notice_texts, "_texts", {"good": ("50%%", "%(ref)s"), "bad": ("fine", "50% of %(ref)s")})

    assert ids(notice_texts_can_be_filled(None)) == ["staff.E004"]
