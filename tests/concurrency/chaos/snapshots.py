"""What must hold at every moment, asked of the database while others write: each look is one statement."""

import contextlib
import threading
from types import TracebackType
from typing import Self

import psycopg2

from tests.concurrency.chaos.family import ask

EVERY = 0.25
# Looking through all the log takes longer.
SERIES_EVERY = 4
OVERLAPS = """
    SELECT count(*) FROM bookings_occupancy one
    JOIN bookings_occupancy other ON other.space_id = one.space_id AND other.id > one.id AND other.during && one.during
"""
# Rooms asked for together: some given and some waiting or declined, or at different times. One cancelled alone is out.
PARTIAL_GROUPS = """
    SELECT count(*) FROM (
        SELECT 1 FROM bookings_booking
        WHERE group_id IS NOT NULL AND status <> 'cancelled'
        GROUP BY group_id
        HAVING count(DISTINCT start_at) > 1 OR count(DISTINCT CASE
            WHEN status IN ('requested', 'questioned') THEN 'waits'
            WHEN status = 'declined' THEN 'declined'
            ELSE 'given'
        END) > 1
    ) AS partial
"""
# Asked for, decided and changed in all its dates or in none: every date of the rule is there, no date still waits that
# waited when the others were decided, and the crowd's last word is the title of all that lie ahead.
PARTIAL_SERIES = """
    SELECT count(*) FROM bookings_series s WHERE
        (SELECT count(*) FROM bookings_seriesdate d WHERE d.series_id = s.id)
            <> substring(s.rule FROM 'COUNT=([0-9]+)')::int
        OR (SELECT count(*) FROM bookings_booking b WHERE b.series_id = s.id)
            <> (SELECT count(d.booking_id) FROM bookings_seriesdate d WHERE d.series_id = s.id)
        OR (SELECT count(DISTINCT b.title) FROM bookings_booking b WHERE b.series_id = s.id
            AND b.status IN ('requested', 'questioned', 'approved') AND b.start_at > now()) > 1
        OR (SELECT min(asked) FROM (
                SELECT max(l.id) AS asked FROM bookings_booking b JOIN bookings_bookinglog l ON l.booking_id = b.id
                WHERE b.series_id = s.id AND b.status IN ('requested', 'questioned') AND l.verb IN ('request', 'reopen')
                GROUP BY b.id
            ) AS waiting)
            < (SELECT max(l.id) FROM bookings_booking b JOIN bookings_bookinglog l ON l.booking_id = b.id
                WHERE b.series_id = s.id AND l.verb IN ('approve', 'decline'))
"""
# At the end: a booking that holds its room has exactly the occupancy it says, and one that waits or is off has none.
OUT_OF_STEP = """
    SELECT count(*) FROM bookings_booking b
    LEFT JOIN bookings_occupancy o ON o.booking_id = b.id
    WHERE CASE
        WHEN b.status IN ('approved', 'running') THEN o.during IS DISTINCT FROM tstzrange(
            b.start_at - b.setup_minutes * interval '1 minute', b.end_at + b.teardown_minutes * interval '1 minute')
        WHEN b.status IN ('ended', 'closed') THEN false
        ELSE o.id IS NOT NULL
    END
"""


class Snapshots:
    """Looks again and again until it is left; counts what it found that must not be."""

    def __init__(self) -> None:
        self.taken = self.overlaps = self.partial_groups = self.partial_series = 0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._is_over.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY):
            # While the database is down there is nothing to see.
            with contextlib.suppress(psycopg2.Error):
                self._look()

    def _look(self) -> None:
        self.taken += 1
        self.overlaps = max(self.overlaps, found(OVERLAPS))
        self.partial_groups = max(self.partial_groups, found(PARTIAL_GROUPS))
        if self.taken % SERIES_EVERY == 0 or self._is_over.is_set():
            self.partial_series = max(self.partial_series, found(PARTIAL_SERIES))


def found(statement: str) -> int:
    return ask(statement)[0][0]


def out_of_step() -> int:
    return found(OUT_OF_STEP)
