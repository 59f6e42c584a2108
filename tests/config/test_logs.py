import logging

import pytest

from config.logs import HiddenKeys, OneLineWarnings


@pytest.mark.parametrize(("level", "is_kept"), [(logging.WARNING, False), (logging.ERROR, True)])
def test_one_line_warnings_keep_the_traceback_of_errors_only(level, is_kept):
    error = ValueError("x")
    record = logging.LogRecord("django.request", level, "", 1, "Forbidden", (), (ValueError, error, None))

    assert OneLineWarnings().filter(record) is True
    assert (record.exc_info is not None) is is_kept


def test_log_of_a_called_address_hides_its_key():
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, "%s: %s", ("Gone", "/call/a:b:c/"), None)

    assert HiddenKeys().filter(record) is True
    assert record.getMessage() == "Gone: /call/…/"


def test_log_of_a_survey_hides_its_key_and_leaves_other_addresses_alone():
    text = "Forbidden (x): /feedback/answer/secret:1:z/?lang=en after /bookings/HW-1/calls/"
    record = logging.LogRecord("django.request", logging.WARNING, "x.py", 1, text, None, None)

    HiddenKeys().filter(record)

    assert record.getMessage() == "Forbidden (x): /feedback/answer/…/?lang=en after /bookings/HW-1/calls/"
