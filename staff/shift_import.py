"""A sheet of shifts read: each row as a shift of somebody at the site, or what is wrong with it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from rooms.models import Site
from rooms.sheet_cells import day, switch
from rooms.sheet_reading import Sheet
from staff.models import Shift, ShiftPattern, User
from staff.pattern_times import spans_on, walls_of
from staff.roles import DUTY_ROLES
from staff.shift_cells import Span, pairs_in, span_of
from staff.week_board import keys_of

# Further than this a shift is a slip of the pen.
FURTHEST = timedelta(days=400)
NEW, THERE, BAD, MADE = "new", "there", "bad", "made"
# What a name of a usual shift is often cut short by.
ENDINGS = ("班", "更", " shift")


@dataclass(frozen=True)
class ShiftRow:
    """One row: `code` says what is wrong, `spans` are its times where nothing is."""

    number: int
    cells: tuple[str, ...]
    verdict: str = NEW
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    person: User | None = None
    spans: tuple[Span, ...] = ()
    pattern: ShiftPattern | None = None
    is_on_call: bool = False

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell]

    @property
    def keys(self) -> frozenset[tuple[int, datetime, datetime]]:
        return frozenset((self.person.pk, *span) for span in self.spans) if self.person else frozenset()


def rows_of(sheet: Sheet, mapping: Sequence[str], site: Site, now: datetime) -> list[ShiftRow]:
    """Every row looked at by itself, in a number of statements that does not grow with the rows."""
    people = User.objects.filter(site=site, is_active=True, groups__name__in=[*DUTY_ROLES]).distinct()
    patterns = ShiftPattern.objects.filter(site=site, is_active=True)
    reader = Reader(site, now, people_by_word(people), patterns_by_word(list(patterns)))
    return [reader.row(number, tuple(line), told_in(line, mapping)) for number, line in enumerate(sheet.rows, 2)]


def told_in(line: Sequence[str], mapping: Sequence[str]) -> dict[str, str]:
    return {name: text for name, text in zip(mapping, line, strict=False) if name}


def squeezed(text: str) -> str:
    """As names are compared: 李 娟 is 李娟."""
    return "".join(text.casefold().split())


def people_by_word(people: Iterable[User]) -> dict[str, list[User]]:
    """By user name before all, then by full name."""
    found: dict[str, list[User]] = {}
    named: dict[str, list[User]] = defaultdict(list)
    for person in people:
        found[squeezed(person.username)] = [person]
        for word in {squeezed(person.display_name), squeezed(person.latin_name)} - {""}:
            named[word].append(person)
    return dict(named) | found


def patterns_by_word(patterns: Sequence[ShiftPattern]) -> dict[str, list[ShiftPattern]]:
    """By code before all, then by name in any language, the name cut short, and the board's letter."""
    letters = dict(zip((each.pk for each in patterns), keys_of([each.code for each in patterns]), strict=True))
    ways: list[Callable[[ShiftPattern], set[str]]] = [
        lambda each: {each.code},
        names_of,
        lambda each: {name.removesuffix(ending) for name in names_of(each) for ending in ENDINGS},
        lambda each: {letters[each.pk]},
    ]
    found: dict[str, list[ShiftPattern]] = {}
    for way in ways:
        words: dict[str, list[ShiftPattern]] = defaultdict(list)
        for each in patterns:
            for word in {squeezed(word) for word in way(each)} - {""}:
                words[word].append(each)
        found = words | found
    return found


def names_of(pattern: ShiftPattern) -> set[str]:
    return {name.casefold() for name in (pattern.name_zh_hans, pattern.name_zh_hant, pattern.name_en)}


@dataclass(frozen=True)
class Reader:
    site: Site
    now: datetime
    people: Mapping[str, Sequence[User]]
    patterns: Mapping[str, Sequence[ShiftPattern]]

    def row(self, number: int, cells: tuple[str, ...], told: dict[str, str]) -> ShiftRow:
        row = ShiftRow(number, cells)
        try:
            return replace(row, **self.facts(told))
        except ValueError as error:
            return replace(row, verdict=BAD, code=str(error))

    def facts(self, told: dict[str, str]) -> dict[str, Any]:
        person = self.person(told.get("username", ""), told.get("name", ""))
        pairs = self.pairs(told)
        pattern = self.pattern(told.get("pattern", ""))
        is_on_call = switch(told.get("is_on_call", "")) or bool(pattern and pattern.is_on_call)
        on = day(told["on"]) if told.get("on") else None
        # Before it is reckoned with: far out there is no next day.
        self.refuse_far(on)
        spans = [span_of(self.site, on, *pair) for pair in pairs] or self.usual_spans(on, pattern)
        self.refuse_far(spans[0][0].date())
        return {"person": person, "pattern": pattern, "is_on_call": is_on_call, "spans": tuple(spans)}

    def refuse_far(self, on: date | None) -> None:
        if on and abs(on - self.now.date()) > FURTHEST:
            raise ValueError("too_far")

    def person(self, username: str, name: str) -> User:
        """By the user name, or else by the name; one that says two people says nobody."""
        found = self.people.get(squeezed(username), [])
        named = self.people.get(squeezed(name), [])
        if found and named and not {each.pk for each in found} & {each.pk for each in named}:
            raise ValueError("two_people")
        found = found or named
        if len(found) > 1:
            raise ValueError("name_twice")
        if not found:
            raise ValueError("unknown_person")
        return found[0]

    def pattern(self, text: str) -> ShiftPattern | None:
        if not text:
            return None
        found = self.patterns.get(squeezed(text), [])
        if len(found) > 1:
            raise ValueError("pattern_twice")
        if not found:
            raise ValueError("unknown_pattern")
        return found[0]

    def pairs(self, told: dict[str, str]) -> list[tuple[str, str]]:
        """Its own times; none where the usual shift gives them."""
        begins, ends, times = (told.get(name, "") for name in ("begins", "ends", "times"))
        if begins or ends:
            return [(begins, ends)]
        return list(pairs_in(times)) if times else []

    def usual_spans(self, on: date | None, pattern: ShiftPattern | None) -> list[Span]:
        if pattern is None:
            raise ValueError("not_a_time")
        if on is None:
            raise ValueError("not_a_date")
        found = spans_on(walls_of(pattern.spans), on, self.site.zone)
        if not found:
            raise ValueError("not_a_time")
        return found


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
