"""Clients of the HTTP API who say at random whatever comes to mind about the same few rooms."""

import contextlib
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from tests.concurrency.chaos import series_talk
from tests.concurrency.chaos.series_talk import SeriesTalk

QUARTER = timedelta(minutes=15)
# Meetings lie within these quarters from now, so that some may start at once and all crowd.
FIRST, LAST, LONGEST = 1, 10, 4
REMEMBERED = 24
# Of these nobody has anything more to say.
OVER = {"ended", "closed", "declined", "cancelled"}
# Nobody asks a house that is down as fast as they can.
BACK_OFF = 1.0
FORM_TYPE = "application/x-www-form-urlencoded"
VERBS = {
    "request": 18, "request_rooms": 6, "approve": 22, "move": 16, "offer": 7, "accept": 6,
    "cancel": 10, "decline": 3, "start": 4, "extend": 5, "end": 3,
} | series_talk.VERBS  # fmt: skip
OF_THE_APPLICANT = (
    "request", "request_rooms", "move", "accept", "cancel", "request_series", "change_series", "cancel_dates",
)  # fmt: skip
# Most of all today, so that meetings may start at once; series run over the following days.
DAYS = (0, 0, 0, 1, 2)


@dataclass(frozen=True)
class Answer:
    verb: str
    status: int
    code: str
    began: float
    ended: float

    def meets(self, since: float, until: float) -> bool:
        return self.began < until and self.ended > since

    @property
    def is_failed(self) -> bool:
        return self.status >= 500 or not self.status

    @property
    def is_done(self) -> bool:
        # A page goes on to another one when what it was sent is done.
        return 0 < self.status < 400

    @property
    def ms(self) -> float:
        return (self.ended - self.began) * 1000


class Crowd:
    def __init__(self, port: int, *, attempts: int, **people: Any) -> None:
        self.port, self.attempts = port, attempts
        self.tokens: dict[str, str] = people["tokens"]
        # The applicant's browser, for what only pages can do.
        self.cookies: str = people["cookies"]
        self.rooms: Sequence[str] = list(people["rooms"])
        self.series = SeriesTalk(people["rooms"], span)
        self.clients, self.pause, self.seed = people["clients"], people["pause"], people["seed"]
        self.answers: list[Answer] = []
        # What exists, newest last: the reference, and whether it was asked for with others.
        self.known: list[tuple[str, bool]] = []
        self.lock = threading.Lock()
        self.begun = 0
        self.threads: list[threading.Thread] = []

    @property
    def made(self) -> int:
        return len(self.answers)

    @property
    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        self.threads = [threading.Thread(target=self.talk, args=(number,)) for number in range(self.clients)]
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self.begun = self.attempts
            for thread in self.threads:
                thread.join()

    def wake(self) -> None:
        """A process that has served nothing yet is slow once; that is no figure of contention."""
        with ThreadPoolExecutor(self.clients) as pool:
            list(pool.map(lambda _: self.send("wake", "GET", "/api/v1/bookings", {}), range(2 * self.clients)))
        self.answers.clear()

    def talk(self, number: int) -> None:
        dice = random.Random(self.seed + number)
        while self.takes_a_turn():
            verb = dice.choices(list(VERBS), list(VERBS.values()))[0]
            self.say(verb, dice)
            time.sleep(dice.uniform(0, 2 * self.pause))
            if self.answers[-1].is_failed:
                time.sleep(BACK_OFF)

    def takes_a_turn(self) -> bool:
        with self.lock:
            self.begun += 1
            return self.begun <= self.attempts

    def say(self, verb: str, dice: random.Random) -> None:
        if verb in series_talk.VERBS:
            self.series.say(verb, dice, self.send)
            return
        known = self.known[-REMEMBERED:]
        if verb.startswith("request") or not known:
            self.ask(verb if verb.startswith("request") else "request", dice)
            return
        ref, is_group = dice.choice(known)
        method, path, body = self.words(verb, ref, dice, is_group=is_group)
        answer = self.send(verb, method, path, body)
        if answer.get("state") in OVER:
            with self.lock, contextlib.suppress(ValueError):
                self.known.remove((ref, is_group))

    def ask(self, verb: str, dice: random.Random) -> None:
        room, *others = dice.sample(list(self.rooms), len(self.rooms))
        further = [{"room": other, "headcount": 5} for other in others[: dice.randint(1, 2)]]
        is_group = verb == "request_rooms"
        body = {"room": room, "title": "季度会", "headcount": 5, "host": "市场部", **span(dice)}
        made = self.send(verb, "POST", "/api/v1/bookings", body | ({"further": further} if is_group else {}))
        with self.lock:
            self.known += [(each["ref"], True) for each in made.get("together", ())] or (
                [(made["ref"], False)] if "ref" in made else []
            )

    def words(self, verb: str, ref: str, dice: random.Random, *, is_group: bool) -> tuple[str, str, dict[str, Any]]:
        # Of rooms asked for together the time moves and the room stays: else one of them would be decided alone.
        room = {} if is_group else {"room": dice.choice(self.rooms)}
        if verb == "move":
            return "PATCH", f"/api/v1/bookings/{ref}", span(dice) | room
        said = {
            "offer": {"room": dice.choice(self.rooms), **span(dice)},
            "extend": {"end": stamp(datetime.now(UTC) + dice.randint(1, LAST) * QUARTER)},
            "cancel": {"reason": "", "all_rooms": dice.random() < 0.5},
            "decline": {"reason": "已满"},
        }.get(verb, {})
        return "POST", f"/api/v1/bookings/{ref}/{verb}", said

    def send(self, verb: str, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What came back, of a refusal too; of a page only its status."""
        headers, written = self.as_call(verb, body) if path.startswith("/api/") else self.as_form(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began, status = time.monotonic(), 0
        said: dict[str, Any] = {}
        # No answer at all is kept as status 0.
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            connection.request(method, path, written, headers)
            response = connection.getresponse()
            status = response.status
            said = json.loads(response.read())
        self.answers.append(Answer(verb, status, said.get("code", ""), began, time.monotonic()))
        return said

    def as_call(self, verb: str, body: dict[str, Any]) -> tuple[dict[str, str], str]:
        token = self.tokens["applicant" if verb in OF_THE_APPLICANT else "secretary"]
        return {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}, json.dumps(body)

    def as_form(self, body: dict[str, Any]) -> tuple[dict[str, str], str]:
        secret = "c" * 32
        headers = {"Cookie": f"{self.cookies}; csrftoken={secret}", "Content-Type": FORM_TYPE}
        return headers, urlencode(body | {"csrfmiddlewaretoken": secret})


def span(dice: random.Random) -> dict[str, str]:
    """On the quarters of the clock, so that meetings touch as well as overlap."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    first = now - timedelta(minutes=now.minute % 15) + timedelta(days=dice.choice(DAYS))
    start = first + dice.randint(FIRST, LAST) * QUARTER
    return {"start": stamp(start), "end": stamp(start + dice.randint(1, LONGEST) * QUARTER)}


def stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


class Answers:
    """What the clients heard, apart from what they heard while the database was down."""

    def __init__(self, answers: Sequence[Answer], windows: Sequence[tuple[float, float]]) -> None:
        self.all = answers
        self.calm = [each for each in answers if not any(each.meets(*window) for window in windows)]

    def figures(self) -> dict[str, Any]:
        losers = [each.ms for each in self.calm if each.status == 409]
        winners = [each.ms for each in self.calm if each.is_done]
        done = [each for each in self.all if each.is_done]
        return {
            "attempts": len(self.all),
            "while_down": len(self.all) - len(self.calm),
            "failed": len([each for each in self.calm if each.is_failed]),
            "failed_while_down": len([each for each in self.all if each.is_failed]),
            "done": dict(Counter(each.verb for each in done)),
            "statuses": dict(Counter(each.status for each in self.all)),
            "refused": dict(Counter(each.code for each in self.all if each.status == 409)),
            "losers_ms": percentiles(losers),
            "winners_ms": percentiles(winners),
        }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = quantiles(values, n=100)
    return {"median": round(cuts[49], 1), "p99": round(cuts[98], 1), "longest": round(max(values), 1)}
