"""Prints a new API token of a person, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from staff.models import User
from staff.services.tokens import issue_token


class Command(BaseCommand):
    help = "Prints a new API token of a person. It is shown this once and cannot be read again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="sign-in name")

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user “{options['user']}”.")
        self.stdout.write(issue_token(user, timezone.now()))
