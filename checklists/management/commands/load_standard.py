"""Publishes the shipped service standard, or one from a file, with every fault reported at once."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from checklists.services.standards import load_shipped, load_standard
from checklists.standards import StandardFaults, load_standard as read_standard
from rooms.models import Site


class Command(BaseCommand):
    help = "Publish the shipped service standard, or the one in FILE (YAML or JSON)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--site", help="code of the site it is for; without it, sites that have none of their own")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] is None and options["site"] is None:
            standard = load_shipped(now=timezone.now())
        else:
            standard = load_standard(
                rules=self.rules(options["file"]), now=timezone.now(), site=self.site(options["site"])
            )
        self.stdout.write(f"standard {standard.number}: {standard.items.count()} items")

    def rules(self, path: Path | None) -> Any:
        if path is None:
            raise CommandError("--site needs a FILE")
        try:
            return read_standard(path.read_text(encoding="utf-8"))
        except OSError as exc:
            raise CommandError(str(exc)) from exc
        except StandardFaults as exc:
            raise CommandError(f"{path}: {len(exc.faults)} faults\n{exc}") from exc

    def site(self, code: str | None) -> Site | None:
        if code is None:
            return None
        found = Site.objects.filter(code=code).first()
        if found is None:
            raise CommandError(f"no site {code}")
        return found
