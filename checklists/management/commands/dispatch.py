"""The reminder loop that needs no Redis: dispatches what is due, delivers the outbox, sweeps the plans."""

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from bookings.services.webhook_outbox import deliver_webhooks
from checklists.models import Reminder
from checklists.services.dispatch import due_reminders
from checklists.services.pulse import dispatch_all
from checklists.services.reminders import grace
from checklists.services.sweep import SweepReport, sweep
from staff.models import Pulse
from staff.services.outbox import deliver_due
from staff.services.pulses import beat

logger = logging.getLogger("dispatch")

SPARE = Pulse.Engine.SPARE.value
PULSE_SECONDS = 1.0
SWEEP_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 5.0


class Command(BaseCommand):
    help = "Send due reminders, deliver the outbox and sweep the plans, again and again, until TERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round of everything, then end")
        parser.add_argument("--dry-run", action="store_true", help="with --once: only print what would be sent")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.print_due(timezone.now())
        elif options["once"]:
            self.stdout.write(f"sweep: {sweep_and_say()}")
            for report in dispatch_all(clock=timezone.now, engine=SPARE):
                self.stdout.write(str(report))
            deliver("")
            deliver_hooks()
        else:
            self.run_until_stopped()

    def print_due(self, now: datetime) -> None:
        due = list(due_reminders(now))
        for reminder in due:
            self.stdout.write(line_of(reminder, now))
        self.stdout.write(f"{len(due)} due")

    def run_until_stopped(self) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        # Mail, chat rooms and the sweep may be slow; a reminder waits for none of them, nor they for each other.
        others = (
            loop_in_thread(lambda: deliver("mail"), PULSE_SECONDS, stop),
            loop_in_thread(lambda: deliver("web"), PULSE_SECONDS, stop),
            loop_in_thread(deliver_hooks, PULSE_SECONDS, stop),
            loop_in_thread(sweep_and_say, SWEEP_SECONDS, stop),
        )
        logger.info("dispatch loop started")
        loop(dispatch_and_say, PULSE_SECONDS, stop)
        for thread in others:
            thread.join(LONGEST_PAUSE_SECONDS)
        logger.info("dispatch loop stopped")


def deliver(lane: str) -> None:
    now = timezone.now()
    beat(f"outbox_{lane}" if lane else "outbox", now, str(deliver_due(now=now, lane=lane)), SPARE)


def deliver_hooks() -> None:
    now = timezone.now()
    beat("webhooks", now, str(deliver_webhooks(now=now)), SPARE)


def sweep_and_say() -> SweepReport:
    now = timezone.now()
    report = sweep(now=now)
    beat("sweep", now, str(report), SPARE)
    return report


def dispatch_and_say() -> None:
    for report in dispatch_all(clock=timezone.now, engine=SPARE):
        if report.sent or report.missed or report.withdrawn:
            logger.info("%s", report)


def loop_in_thread(work: Callable[[], object], seconds: float, stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=loop, args=(work, seconds, stop), daemon=True)
    thread.start()
    return thread


def loop(work: Callable[[], object], seconds: float, stop: threading.Event) -> None:
    """Do the work until stopped; whatever fails, the next round tries again on a fresh connection."""
    pause = seconds
    while not stop.is_set():
        try:
            work()
            pause = seconds
        except Exception:
            logger.exception("a round failed, the next follows in %.0f s", pause)
            connections.close_all()
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
        stop.wait(pause)
    connections.close_all()


def line_of(reminder: Reminder, now: datetime) -> str:
    step = reminder.step
    fate = "missed" if reminder.due_at < now - grace() else "send"
    where = step.booking.ref if step.booking else f"{step.on:%Y-%m-%d}"
    due = f"{reminder.due_at.astimezone(step.site.zone):%Y-%m-%d %H:%M:%S}"
    return f"{fate:<6} {due}  {reminder.kind:<4} {step.item.code:<4} {where}  to {reminder.recipient.username}"
