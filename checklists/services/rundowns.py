"""Numbered prints of a day's rundown: asked for, made at once or by a worker, and kept with what stood on them."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import translation

from checklists import tasks
from checklists.models import RundownPrint
from checklists.rundown import rundown_html
from checklists.selectors.rundown import Sheet, planned_meetings, rundown_context
from checklists.services.locks import lock_site
from rooms.models import Site
from staff.models import User
from staff.printing import Document, PdfUnavailableError, to_pdf

# With more meetings than this the pages take seconds: a worker makes them.
AT_ONCE = 40


@dataclass(frozen=True)
class Printed:
    print: RundownPrint
    document: Document


def request_rundown(
    *, site: Site, on: date, language: str, with_habits: bool, actor: User, now: datetime
) -> RundownPrint:
    """A new numbered print: ready when it comes back if the day is short, else waiting for a worker.

    Raises PdfUnavailableError where a system library is missing; nothing is numbered then.
    """
    if is_long(site, on):
        return queue_rundown(site=site, on=on, language=language, with_habits=with_habits, actor=actor, now=now)
    return print_rundown(site=site, on=on, language=language, with_habits=with_habits, actor=actor, now=now).print


def print_rundown(
    *, site: Site, on: date, language: str, with_habits: bool = True, actor: User, now: datetime
) -> Printed:
    """A numbered print made here and now, however long the day is; one that fails gives its number back.

    Setting the document takes seconds, and ticks of daily steps queue behind the site: no lock is held meanwhile.
    """
    row = new_print(site=site, on=on, language=language, with_habits=with_habits, actor=actor, now=now)
    try:
        sheet = sheet_of(row, now)
        document = to_pdf(html_of(sheet, row))
        finish(row, sheet, document, now)
    except Exception:
        row.delete()
        raise
    return Printed(row, document)


def current_rundown(*, site: Site, on: date, language: str, actor: User, now: datetime) -> RundownPrint:
    """The reader's last print of that day and language while nothing on it changed, else a new one."""
    last = RundownPrint.objects.filter(
        site=site, on=on, language=language, requested_by=actor, shows_habits=True, state=RundownPrint.State.READY
    ).first()
    if last and last.contents == sheet_of(last, now).contents:
        return last
    return print_rundown(site=site, on=on, language=language, actor=actor, now=now).print


@transaction.atomic
def queue_rundown(
    *, site: Site, on: date, language: str, with_habits: bool, actor: User, now: datetime
) -> RundownPrint:
    row = new_print(site=site, on=on, language=language, with_habits=with_habits, actor=actor, now=now)
    # Without a broker the print waits, and its page says so; the request itself must not fail.
    transaction.on_commit(partial(tasks.make_rundown.delay, row.pk), robust=True)
    return row


def make_rundown(*, print_id: int, now: datetime) -> RundownPrint | None:
    """Make a waiting print, keeping its progress for the page that waits; None when another worker has it."""
    if not RundownPrint.objects.filter(pk=print_id, state=RundownPrint.State.WAITING).update(
        state=RundownPrint.State.MAKING, progress=5
    ):
        return None
    row = RundownPrint.objects.select_related("site", "requested_by").get(pk=print_id)
    try:
        sheet = sheet_of(row, now)
        note_progress(row, 20)
        html = html_of(sheet, row)
        note_progress(row, 35)
        finish(row, sheet, to_pdf(html), now)
    except Exception as exc:
        row.state = RundownPrint.State.FAILED
        row.save(update_fields=["state"])
        if not isinstance(exc, PdfUnavailableError):
            raise
    return row


def is_long(site: Site, on: date) -> bool:
    return planned_meetings(site, on).count() > AT_ONCE


@transaction.atomic
def new_print(*, site: Site, on: date, language: str, with_habits: bool, actor: User, now: datetime) -> RundownPrint:
    # Two people printing at once wait here for their numbers.
    lock_site(site.pk)
    last = RundownPrint.objects.filter(site=site, on=on).aggregate(last=Max("version"))["last"] or 0
    return RundownPrint.objects.create(
        site=site,
        on=on,
        version=last + 1,
        language=language,
        shows_habits=with_habits,
        requested_by=actor,
        requested_at=now,
    )


def sheet_of(row: RundownPrint, now: datetime) -> Sheet:
    with translation.override(row.language):
        return rundown_context(
            site=row.site,
            on=row.on,
            user=cast("User", row.requested_by),
            now=now,
            language=row.language,
            with_habits=row.shows_habits,
            version=row.version,
        )


def html_of(sheet: Sheet, row: RundownPrint) -> str:
    return rundown_html(sheet, language=row.language, live_url=live_url(row.site, row.on))


def live_url(site: Site, on: date) -> str:
    query = urlencode({"date": on.isoformat(), "site": site.code})
    return f"{settings.SITE_URL.rstrip('/')}{reverse('checklists:day')}?{query}"


def finish(row: RundownPrint, sheet: Sheet, document: Document, now: datetime) -> None:
    row.file.save(f"{row.site.code}-{row.on}-v{row.version}.pdf", ContentFile(document.content), save=False)
    row.state, row.progress, row.pages, row.made_at = RundownPrint.State.READY, 100, document.pages, now
    row.contents = sheet.contents
    row.save(update_fields=["file", "state", "progress", "pages", "made_at", "contents"])


def note_progress(row: RundownPrint, progress: int) -> None:
    row.progress = progress
    row.save(update_fields=["progress"])
