"""What the log leaves out."""

import logging


class OneLineWarnings(logging.Filter):
    """A refused or missing page is one line: its traceback says nothing that the address does not."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.ERROR:
            record.exc_info = None
        return True
