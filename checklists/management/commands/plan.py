"""Prints the service plan of one booking."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bookings.models import Booking
from checklists.selectors.plans import plan_data, plan_of


class Command(BaseCommand):
    help = "Print a booking's service plan: id, due time, role, state."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ref", help="the booking's reference, such as HW-20261123-007")
        parser.add_argument("--json", action="store_true", help="as the API answers it")

    def handle(self, *args: Any, **options: Any) -> None:
        booking = Booking.objects.select_related("site").filter(ref=options["ref"]).first()
        if booking is None:
            raise CommandError(f"no booking {options['ref']}")
        if plan_of(booking) is None:
            raise CommandError(f"{booking.ref} has no service plan: it is {booking.status}")
        data = plan_data(booking, timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(data, default=lambda value: value.isoformat(), ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{booking.ref} standard {data['standard']} {len(data['steps'])} steps")
        for step in data["steps"]:
            self.stdout.write(line_of(step))


def line_of(step: dict[str, Any]) -> str:
    name = f"{step['item']}/{step['round']}" if step["round"] > 1 else step["item"]
    who = step["assignee"] or "-"
    due = f"{step['due_at']:%Y-%m-%d %H:%M}"
    return f"{step['id']:>7}  {name:<6} {due}  {step['role']:<13} {step['state']:<9} {who:<12} {step['title']}"
