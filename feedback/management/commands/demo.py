"""Loads the demo organisation, or brings it back."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from feedback.demo.loading import load_demo


class Command(BaseCommand):
    help = "Load the demo organisation, or bring it back around the present moment. Other data stays untouched."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="load it although DEBUG is off")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError("The demo has public passwords and DEBUG is off: give --force if you mean it.")
        loaded = load_demo(now=timezone.now())
        count = loaded.bookings
        self.stdout.write(f"The demo organisation is there: {count} bookings around now, every password is “demo”.")
        for name, address in loaded.screens.items():
            self.stdout.write(f"{name}: {address}")
