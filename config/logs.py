"""What the log leaves out."""

import logging
import re
from typing import Any

# Whoever reads such an address may answer a survey, call the service, run a room's screen or enrol a tablet in
# somebody's name.
KEYS = re.compile(r"(/call/|/feedback/answer/|/door/|/lobby/|/tablet/enrol/)[^/\s?]+")


class OneLineWarnings(logging.Filter):
    """A refused or missing page is one line: its traceback says nothing that the address does not."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True


class HiddenKeys(logging.Filter):
    """Addresses that are a right in themselves are logged without their key."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = hidden(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(hidden, record.args))
        return True


def hidden(value: Any) -> Any:
    return KEYS.sub(r"\1…", value) if isinstance(value, str) else value
