"""Tables and raw steps as files: CSV that Excel opens as it should, and XLSX with typed cells."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from checklists.models import Step
from checklists.models.standard import StepRole
from feedback.figures.behind import minutes_late
from feedback.figures.measures import Share
from feedback.figures.tables import Column, Table
from rooms.sheets import BOM, quoted, sheet_name
from rooms.text import localized

# A sheet is made while the reader waits; a text file flows as it is made.
MOST_IN_SHEET, MOST_IN_TEXT = 5_000, 200_000
CHUNK = 2_000
FORMATS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "share": "0.0%", "decimal": "0.0", "count": "#,##0"}

STEP_COLUMNS = (
    Column(_("Due"), "moment"),
    Column(_("Standard item"), "text"),
    Column(_("What is to be done"), "text"),
    Column(_("Room"), "text"),
    Column(_("Meeting"), "text"),
    Column(_("Role"), "text"),
    Column(_("Round"), "count"),
    Column(_("State"), "text"),
    Column(_("Settled"), "moment"),
    Column(_("Minutes late"), "decimal"),
)
PERSON = Column(_("Person"), "text")
# Bare rows: a step with the five models around it would cost four times as much for each line.
READ = (
    *("pk", "due_at", "role", "round", "state", "done_at", "room__code", "booking__ref"),
    *("item__code", "item__title_en", "item__title_zh_hans", "item__title_zh_hant"),
    *(f"{whose}__{name}" for whose in ("done_by", "assignee") for name in ("display_name", "username")),
)


def table_rows(table: Table) -> Iterator[Sequence[Any]]:
    for line in table.lines:
        yield line.values


def step_columns(*, with_people: bool) -> tuple[Column, ...]:
    return (*STEP_COLUMNS, PERSON) if with_people else STEP_COLUMNS


def step_rows(steps: QuerySet[Step], *, zone: ZoneInfo, with_people: bool) -> Iterator[Sequence[Any]]:
    """Oldest first, read in pieces so that a year of them never stands in memory; no topic and no remark."""
    ordered, last = steps.order_by("due_at", "pk").values_list(*READ, named=True), None
    words = {code: str(label) for code, label in (*StepRole.choices, *Step.State.choices)}
    while True:
        piece = list((ordered.filter(after(last)) if last else ordered)[:CHUNK])
        yield from (step_row(line, zone, words, with_people=with_people) for line in piece)
        if len(piece) < CHUNK:
            return
        last = piece[-1]


def after(line: Any) -> Q:
    """The first condition says nothing new, but an index serves it: without it each piece reads from the beginning."""
    return Q(due_at__gte=line.due_at) & (Q(due_at__gt=line.due_at) | Q(pk__gt=line.pk))


def step_row(line: Any, zone: ZoneInfo, words: Mapping[str, str], *, with_people: bool) -> Sequence[Any]:
    row = (
        local(line.due_at, zone),
        line.item__code,
        localized(line, "item__title"),
        line.room__code or "",
        line.booking__ref or "",
        words[line.role],
        line.round or None,
        words[line.state],
        local(line.done_at, zone),
        minutes_late(line),
    )
    return (*row, person_of(line)) if with_people else row


def person_of(line: Any) -> str:
    """Who did it, else whose it is."""
    done_by = line.done_by__display_name or line.done_by__username
    return done_by or line.assignee__display_name or line.assignee__username or ""


def local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Sheets know no zones: the site's wall time."""
    return at.astimezone(zone).replace(tzinfo=None) if at else None


def csv_text(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Line by line, beginning with the mark by which Excel knows UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BOM)
    writer.writerow([quoted(str(column.label)) for column in columns])
    for row in rows:
        writer.writerow([as_text(value, column.kind) for value, column in zip(row, columns, strict=True)])
        if buffer.tell() > 32_768:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def in_language(language: str, parts: Iterator[str]) -> Iterator[str]:
    """Each part made in this language: a file still flows when the request that asked for it is over."""
    while True:
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


def as_text(value: Any, kind: str) -> str:
    if isinstance(value, Share):
        return "" if value.value is None else f"{value.value:.1%}"
    if value is None:
        return ""
    if kind == "decimal":
        return f"{value:.1f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, date) else quoted(str(value))


def xlsx_bytes(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_name(title))
    # Before the first row, or a sheet that is only written never learns of them.
    sheet.freeze_panes = "B2"
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = 28 if column.kind == "text" else 16
    sheet.append([head_cell(sheet, column) for column in columns])
    for row in rows:
        sheet.append([typed_cell(sheet, value, column.kind) for value, column in zip(row, columns, strict=True)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def head_cell(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, quoted(str(column.label)))
    cell.font = Font(bold=True)
    return cell


def typed_cell(sheet: Any, value: Any, kind: str) -> Any:
    if isinstance(value, Share):
        value = value.value
    cell = WriteOnlyCell(sheet, quoted(value) if isinstance(value, str) else value)
    if kind in FORMATS and value is not None:
        cell.number_format = FORMATS[kind]
    return cell
