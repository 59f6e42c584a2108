"""What the crowd says of series: asked for, decided, changed in all their dates, and a range of them called off."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.bookings.pages import FORM

MOST_DATES = 4
STANDS = {"requested", "questioned", "approved"}
VERBS = {"request_series": 4, "approve_series": 5, "decline_series": 1, "change_series": 2, "cancel_dates": 2}
Series = dict[str, Any]
Send = Callable[..., dict[str, Any]]


class SeriesTalk:
    """One for the whole crowd: the series that it knows, each as the product last told it."""

    def __init__(self, rooms: Mapping[str, int], span: Callable[[random.Random], dict[str, str]]) -> None:
        self.rooms, self.span = rooms, span
        self.known: dict[str, Series] = {}
        # Each change says a new word, so that a date which it left out shows.
        self.words = count(1)
        self.partly_cancelled = 0

    def say(self, verb: str, dice: random.Random, send: Send) -> None:
        known = list(self.known.values())[-MOST_DATES:]
        if verb == "request_series" or not known:
            self.keep(send("request_series", "POST", "/api/v1/series", self.asked(dice)))
            return
        series = dice.choice(known)
        getattr(self, verb)(series, dice, send)

    def keep(self, said: Series) -> None:
        if "ref" not in said or "dates" not in said:
            return
        self.known[said["ref"]] = said
        if not any(each["state"] in STANDS for each in said["dates"]):
            self.known.pop(said["ref"], None)

    def asked(self, dice: random.Random) -> dict[str, Any]:
        facts = {"room": dice.choice(list(self.rooms)), "title": "例会", "headcount": 5, "host": "市场部"}
        taken = dice.choice(("refuse", "leave_out"))
        return (
            facts | {"rule": {"every": "day", "count": dice.randint(2, MOST_DATES)}, "taken": taken} | self.span(dice)
        )

    def approve_series(self, series: Series, dice: random.Random, send: Send) -> None:
        """As a secretary would: all of it, and where dates are taken, the rest."""
        path = f"/api/v1/series/{series['ref']}/approve"
        said = send("approve_series", "POST", path, {})
        if said.get("code") == "series_taken":
            days = {day_of(each) for each in said["dates"]}
            out = [each["date"] for each in series["dates"] if each["start"] and day_of(each) in days]
            said = send("approve_series", "POST", path, {"leave_out": out})
        self.keep(said)

    def decline_series(self, series: Series, dice: random.Random, send: Send) -> None:
        self.keep(send("decline_series", "POST", f"/api/v1/series/{series['ref']}/decline", {"reason": "已满"}))

    def cancel_dates(self, series: Series, dice: random.Random, send: Send) -> None:
        first, last = sorted(dice.choices(series["dates"], k=2), key=day_of)
        span = {"first": day_of(first), "last": day_of(last), "reason": ""}
        said = send("cancel_dates", "POST", f"/api/v1/series/{series['ref']}/cancel", span)
        self.keep(said)
        # Nothing brings a date back that was called off, whatever others said before this was read.
        if any(is_left(each, span) for each in said.get("dates", ()) if "state" in each):
            self.partly_cancelled += 1

    def change_series(self, series: Series, dice: random.Random, send: Send) -> None:
        """Through the form of the page: the API changes single dates."""
        dates = [each for each in series["dates"] if each["booking"]]
        edited = dates[-1]
        stood = datetime.fromisoformat(edited["start"])
        moved = stood + timedelta(minutes=15 * dice.randint(-3, 3))
        # Not to another day: it would come into a range that was called off just before.
        start = moved if moved.date() == stood.date() else stood
        end = start + timedelta(minutes=15 * dice.randint(1, 4))
        form = FORM | {"scope": "all", "title": f"例会{next(self.words)}", "headcount": "5"} | clocks(start, end)
        form["room"] = str(self.rooms[edited["room"]])
        send("change_series", "POST", f"/bookings/{edited['booking']}/edit/", form)


def clocks(start: datetime, end: datetime) -> dict[str, str]:
    days = {"on": f"{start:%Y-%m-%d}", "ends_on": "" if end.date() == start.date() else f"{end:%Y-%m-%d}"}
    return days | {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}


def day_of(each: Mapping[str, Any]) -> str:
    return (each.get("start") or each["date"])[:10]


def is_left(each: Mapping[str, Any], span: Mapping[str, str]) -> bool:
    return each["state"] in STANDS and span["first"] <= day_of(each) <= span["last"] and is_ahead(each)


def is_ahead(each: Mapping[str, Any]) -> bool:
    start = datetime.fromisoformat(each["start"])
    return start > datetime.now(start.tzinfo)
