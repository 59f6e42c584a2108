"""A sheet of shifts read: each row as a shift of somebody at the site, or what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import translation

from rooms.models import Site
from rooms.selectors import at_wall
from rooms.sheet_cells import clock, day, switch
from rooms.sheet_reading import Sheet
from staff.models import Shift, ShiftPattern, User
from staff.pattern_times import spans_on, walls_of
from staff.roles import DUTY_ROLES
from staff.shift_sheets import heads

DAY = timedelta(days=1)
FIELDS = ("username", "name", "on", "begins", "ends", "pattern", "is_on_call", "is_draft")
# Further than this a shift is a slip of the pen.
FURTHEST = timedelta(days=400)
NEW, THERE, BAD, MADE = "new", "there", "bad", "made"


@dataclass(frozen=True)
class ShiftRow:
    """One row: `code` says what is wrong, `spans` are its times where nothing is."""

    number: int
    cells: tuple[str, ...]
    verdict: str = NEW
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    person: User | None = None
    spans: tuple[tuple[datetime, datetime], ...] = ()
    pattern: ShiftPattern | None = None
    is_on_call: bool = False

    @property
    def keys(self) -> frozenset[tuple[int, datetime, datetime]]:
        return frozenset((self.person.pk, *span) for span in self.spans) if self.person else frozenset()


class UnknownColumnsError(Exception):
    """The headings do not say who works and when."""


def columns_in(head: Sequence[str]) -> dict[str, int]:
    """Where each field stands, by the export's headings in any language; raises `UnknownColumnsError`."""
    places: dict[str, int] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words = {word.casefold(): name for word, name in zip(heads(), FIELDS, strict=True)}
        for place, text in enumerate(head):
            if (name := words.get(text.casefold())) is not None:
                places.setdefault(name, place)
    has_person = "username" in places or "name" in places
    has_times = {"begins", "ends"} <= places.keys() or "pattern" in places
    if not (has_person and "on" in places and has_times):
        raise UnknownColumnsError
    return places


def rows_of(sheet: Sheet, site: Site, now: datetime) -> list[ShiftRow]:
    """Every row looked at by itself, in a number of statements that does not grow with the rows."""
    places = columns_in(sheet.heads)
    people = list(User.objects.filter(site=site, is_active=True, groups__name__in=[*DUTY_ROLES]).distinct())
    patterns = {each.code.casefold(): each for each in ShiftPattern.objects.filter(site=site, is_active=True)}
    reader = Reader(site, now, people, patterns)
    read = [
        reader.row(number, tuple(line), {name: line[place] for name, place in places.items()})
        for number, line in enumerate(sheet.rows, 2)
    ]
    return list(with_known(read, site))


@dataclass(frozen=True)
class Reader:
    site: Site
    now: datetime
    people: Sequence[User]
    patterns: dict[str, ShiftPattern]

    def row(self, number: int, cells: tuple[str, ...], told: dict[str, str]) -> ShiftRow:
        row = ShiftRow(number, cells)
        try:
            return replace(row, **self.facts(told))
        except ValueError as error:
            return replace(row, verdict=BAD, code=str(error))

    def facts(self, told: dict[str, str]) -> dict[str, Any]:
        person = self.person(told.get("username", ""), told.get("name", ""))
        on = day(told.get("on", ""))
        if abs(on - self.now.date()) > FURTHEST:
            raise ValueError("too_far")
        pattern = self.pattern(told.get("pattern", ""))
        is_on_call = switch(told.get("is_on_call", "")) or bool(pattern and pattern.is_on_call)
        facts = {"person": person, "pattern": pattern, "is_on_call": is_on_call}
        return facts | {"spans": self.spans(on, told.get("begins", ""), told.get("ends", ""), pattern)}

    def person(self, username: str, name: str) -> User:
        if username:
            found = [each for each in self.people if each.username.casefold() == username.casefold()]
        else:
            found = [each for each in self.people if name and each.get_full_name() == name]
        if len(found) > 1:
            raise ValueError("name_twice")
        if not found:
            raise ValueError("unknown_person")
        return found[0]

    def pattern(self, code: str) -> ShiftPattern | None:
        if not code:
            return None
        if code.casefold() not in self.patterns:
            raise ValueError("unknown_pattern")
        return self.patterns[code.casefold()]

    def spans(
        self, on: date, begins: str, ends: str, pattern: ShiftPattern | None
    ) -> tuple[tuple[datetime, datetime], ...]:
        """By its own times, an end before the beginning on the next day; without any by the usual shift's."""
        if not begins and not ends and pattern:
            return tuple(spans_on(walls_of(pattern.spans), on, self.site.zone))
        first, last = clock(begins), clock(ends)
        end_on = on if last > first else on + DAY
        return ((at_wall(self.site, on, first), at_wall(self.site, end_on, last)),)


def with_known(rows: Sequence[ShiftRow], site: Site) -> Iterator[ShiftRow]:
    """What stands in the roster already is there and not new; a row that says the same again is so too."""
    spans = [span for row in rows for span in row.spans]
    known: set[tuple[int, datetime, datetime]] = set()
    if spans:
        window = DateTimeTZRange(min(start for start, _end in spans), max(end for _start, end in spans), "[]")
        for user_id, during in Shift.objects.filter(site=site, during__overlap=window).values_list("user", "during"):
            known.add((user_id, during.lower, during.upper))
    for row in rows:
        is_there = bool(row.keys) and row.keys <= known
        known |= row.keys
        yield replace(row, verdict=THERE) if is_there else row
