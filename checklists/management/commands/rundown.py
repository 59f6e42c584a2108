"""Writes the daily rundown PDF of a site."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from checklists.services.rundowns import print_rundown
from rooms.models import Site
from staff.models import User
from staff.printing import PdfUnavailableError
from staff.roles import Role
from staff.selectors import role_members


class Command(BaseCommand):
    help = "Writes the daily rundown of a site as a PDF, as its first manager would see it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--site", help="code of the site; the first one without it")
        parser.add_argument("--out", type=Path, help="file to write; rundown-SITE-DATE.pdf without it")
        parser.add_argument(
            "--language", choices=[code for code, _ in settings.LANGUAGES], default=settings.LANGUAGE_CODE
        )
        parser.add_argument("--user", help="username of the reader whose rights decide what is shown")

    def handle(self, *_args: Any, **options: Any) -> None:
        site = find_site(options["site"])
        reader = find_reader(site, options["user"])
        on, out = options["date"], options["out"] or Path(f"rundown-{site.code}-{options['date']}.pdf")
        try:
            printed = print_rundown(site=site, on=on, language=options["language"], actor=reader, now=timezone.now())
        except PdfUnavailableError as exc:
            raise CommandError(f"PDFs need system libraries that are missing here: {exc}") from exc
        out.write_bytes(printed.document.content)
        self.stdout.write(f"{out} ({printed.document.pages} pages, version {printed.print.version})")


def find_site(code: str | None) -> Site:
    site = Site.objects.filter(code=code).first() if code else Site.objects.first()
    if site is None:
        raise CommandError(f"There is no site {code}." if code else "There is no site yet.")
    return site


def find_reader(site: Site, username: str | None) -> User:
    people = User.objects.filter(username=username) if username else role_members(site, Role.MANAGER)
    if reader := people.first():
        return reader
    raise CommandError(f"There is no user {username}." if username else f"Site {site.code} has no manager; use --user.")
