"""Cells of a sheet of shifts as the times of one day: a beginning and an end, or both in one cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rooms.models import Site
from rooms.selectors import at_wall
from rooms.sheet_cells import DATE, clock, day

DAY = timedelta(days=1)
LONGEST = 2 * DAY
TO = re.compile(r"\s*(?:--|[-–—−~～〜至到]|\bto\b)\s*", re.IGNORECASE)
APART = re.compile(r"[\s,，、;；/]+")
# Said with an end that is the next day's, before or behind it.
NEXT_DAY = re.compile(r"[(（]?\s*(?:次日|翌日|隔日|隔天|第二天|next day|\+\s*1)\s*[)）]?", re.IGNORECASE)
# A sheet that knows a time only puts it on the first day it can count.
FIRST_YEAR = 1905

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Wall:
    """A time, and the day where the cell names one."""

    at: time
    on: date | None = None
    is_next_day: bool = False


def wall(text: str) -> Wall:
    kept = NEXT_DAY.sub("", text).strip()
    found = DATE.match(kept)
    on = day(found[0]) if found else None
    at = clock((kept[found.end() :] if found else kept).lstrip("T").strip())
    return Wall(at, on if on and on.year >= FIRST_YEAR else None, kept != text.strip())


def end_wall(text: str) -> Wall:
    """Midnight is the end of a day where a shift ends."""
    found = re.fullmatch(r"(.*?)24[:：]?00(?::00)?", text.strip())
    return wall(f"{found[1]}00:00") if found and not found[1].strip() else wall(text)


def pairs_in(text: str) -> Iterator[tuple[str, str]]:
    """`07:45-12:00, 13:00-16:00`; raises `not_a_time` where a piece is not two times."""
    for piece in APART.split(TO.sub("-", NEXT_DAY.sub("次日", text.strip()))):
        begins, dash, ends = piece.partition("-")
        if not (begins and dash and ends):
            raise ValueError("not_a_time")
        yield begins, ends


def span_of(site: Site, on: date | None, begins: str, ends: str) -> Span:
    """An end before the beginning is the next day's, unless the cells name their days."""
    first, last = wall(begins), end_wall(ends)
    if on and first.on and on != first.on:
        raise ValueError("dates_differ")
    start_on = on or first.on
    if start_on is None:
        raise ValueError("not_a_date")
    is_over = last.is_next_day or last.at <= first.at
    end_on = last.on or (start_on + DAY if is_over else start_on)
    start, end = at_wall(site, start_on, first.at), at_wall(site, end_on, last.at)
    if start >= end:
        raise ValueError("shift_order")
    if end - start > LONGEST:
        raise ValueError("too_long")
    return start, end
