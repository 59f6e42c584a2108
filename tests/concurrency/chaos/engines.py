"""The product's own pulse with a hook inside: slower between its statements, or marking before it sends.

`celery -A tests.concurrency.chaos.engines worker` and `python -m tests.concurrency.chaos.engines dispatch` run it;
CHAOS_ENGINE says which. Production code knows nothing of it.
"""

import os
import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from importlib import import_module
from pathlib import Path

from celery.signals import worker_init

from config.celery import app as app  # noqa: PLC0414 - Celery finds it here by name

# A kill every few seconds should often fall into the middle of a batch; the product's own takes some milliseconds.
LONGEST_PAUSE = 0.3
# Most kills find it here.
AFTER_THE_MARK = 4.0


def pause():
    time.sleep(random.uniform(0, LONGEST_PAUSE))


def slow(dispatch):
    """The product as it is, dwelling at its two tender points: after the claim and before the commit."""
    dispatch.claim = after(dispatch.claim, pause)
    dispatch.notify_all = after(dispatch.notify_all, pause)


def mark_first(dispatch):
    """The control: what is claimed is marked and committed, then sent."""
    dispatch.claim = marking(dispatch.claim)


def stop_once(dispatch):
    """The first batch hangs in the middle, for ever, its rows locked."""
    dispatch.claim = after(dispatch.claim, hang_once)
    dispatch.HUNG_AFTER_SECONDS = float(os.environ["CHAOS_HUNG_AFTER"])


def after(call, then):
    @wraps(call)
    def wrapped(*args, **options):
        answer = call(*args, **options)
        if answer:
            then()
        return answer

    return wrapped


def marking(claim):
    def mark(now, limit):
        from django.db import connection, transaction

        from checklists.models import Reminder

        try:
            with transaction.atomic():
                rows = claim(now, limit)
                marked = Reminder.objects.filter(pk__in=[row.pk for row in rows])
                marked.update(state=Reminder.State.SENT, sent_at=now)
        finally:
            connection.close()
        return rows

    def wrapped(now, limit):
        # A thread has a connection, and so a transaction, of its own.
        with ThreadPoolExecutor(1) as pool:
            rows = pool.submit(mark, now, limit).result()
        if rows:
            time.sleep(AFTER_THE_MARK)
        return rows

    return wrapped


def hang_once():
    marker = Path(os.environ["CHAOS_MARKER"])
    if not marker.exists():
        marker.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSTOP)


ENGINES = {"slow": slow, "mark-first": mark_first, "stop-once": stop_once}


@worker_init.connect
def hook_in(**_kwargs):
    ENGINES[os.environ["CHAOS_ENGINE"]](import_module("checklists.services.dispatch"))


def main():
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    hook_in()
    execute_from_command_line(["manage.py", *sys.argv[1:]])


if __name__ == "__main__":
    main()
