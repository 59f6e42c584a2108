import logging

import pytest

from config.logs import OneLineWarnings


@pytest.mark.parametrize(("level", "is_kept"), [(logging.WARNING, False), (logging.ERROR, True)])
def test_one_line_warnings_keep_the_traceback_of_errors_only(level, is_kept):
    error = ValueError("x")
    record = logging.LogRecord("django.request", level, "", 1, "Forbidden", (), (ValueError, error, None))

    assert OneLineWarnings().filter(record) is True
    assert (record.exc_info is not None) is is_kept
