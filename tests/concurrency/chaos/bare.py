"""The floor of the crowd: as many clients take rooms by bare SQL under the same constraint, each on its connection."""

import contextlib
import random
import threading
import time
from collections.abc import Sequence
from typing import Any

import psycopg2
from psycopg2.extras import DateTimeTZRange

from tests.concurrency.chaos.crowd import percentiles, span
from tests.concurrency.chaos.family import ask, connect

LOCK = "SELECT id FROM rooms_space WHERE id = %s FOR NO KEY UPDATE"
GIVE_BACK = """
    DELETE FROM bookings_occupancy WHERE id IN (
        SELECT id FROM bookings_occupancy WHERE space_id = %s ORDER BY id DESC OFFSET 3 FOR UPDATE
    )
"""
# What holds it must be somebody's: a closure's row says least.
CLOSE = """
    INSERT INTO bookings_closure (room_id, during, reason, created_by_id, created_at)
    SELECT r.room_id, %s, '', (SELECT min(id) FROM staff_user), now() FROM rooms_room_spaces r WHERE r.space_id = %s
    RETURNING id
"""
TAKE = "INSERT INTO bookings_occupancy (space_id, during, closure_id) VALUES (%s, %s, %s)"


def bare_attempts(clients: int, attempts: int, pause: float) -> dict[str, Any]:
    spaces = [space for (space,) in ask("SELECT id FROM rooms_space ORDER BY id")]
    losers: list[float] = []
    winners: list[float] = []
    shares = [attempts // clients + (number < attempts % clients) for number in range(clients)]

    def talk(number: int) -> None:
        dice = random.Random(number)
        with contextlib.closing(connect()) as connection:
            for _ in range(shares[number]):
                begun = time.monotonic()
                done = take(connection, spaces, dice)
                (winners if done else losers).append((time.monotonic() - begun) * 1000)
                time.sleep(dice.uniform(0, 2 * pause))

    threads = [threading.Thread(target=talk, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"losers_ms": percentiles(losers), "winners_ms": percentiles(winners)}


def take(connection: Any, spaces: Sequence[int], dice: random.Random) -> bool:
    """Two statements under the lock; now and then what stands is given back, so that there is something to win."""
    when, space = span(dice), dice.choice(spaces)
    during = DateTimeTZRange(when["start"], when["end"])
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            cursor.execute(LOCK, [space])
            if dice.random() < 0.2:
                cursor.execute(GIVE_BACK, [space])
            cursor.execute(CLOSE, [during, space])
            cursor.execute(TAKE, [space, during, cursor.fetchone()[0]])
            cursor.execute("COMMIT")
        except psycopg2.IntegrityError:
            cursor.execute("ROLLBACK")
            return False
    return True
