"""One line of the table of rights, and what its lines are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bookings.models import Booking
from checklists.call_links import call_token
from tests.world import PEOPLE

FLOOR = ("server", "cleaner", "technician")
LEADERS = ("manager", "administrator")
OFFICE = ("secretary", "manager", "administrator")


def by(status: int, *names: str, rest: int = 403, anonymous: int = 302, **others: int) -> dict[str, int]:
    """`status` for the people named, `rest` for other signed-in people; single ones may differ."""
    expected = dict.fromkeys(PEOPLE, rest) | dict.fromkeys(names, status)
    return expected | {"anonymous": anonymous} | others


def anyone(status: int) -> dict[str, int]:
    return dict.fromkeys(PEOPLE, status)


def signed_in(status: int, **others: int) -> dict[str, int]:
    return by(status, rest=status, **others)


@dataclass(frozen=True)
class Row:
    name: str
    expected: dict[str, int]
    method: str = "GET"
    path: Callable[[Any], dict[str, Any]] = lambda _world: {}
    data: Callable[[Any], dict[str, Any]] = lambda _world: {}
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def post(name: str, expected: dict[str, int], path: Any = lambda _w: {}, data: Any = lambda _w: {}) -> Row:
    return Row(name, expected, "POST", path, data)


def get(name: str, expected: dict[str, int], path: Any = lambda _w: {}, query: str = "") -> Row:
    return Row(name, expected, "GET", path, query=query)


def api(method: str, name: str, expected: dict[str, int], path: Any = lambda _w: {}, data: Any = lambda _w: {}) -> Row:
    return Row(f"api:{name}", expected | {"anonymous": 401}, method, path, data)


def ref(which: str) -> Any:
    return lambda world: {"ref": getattr(world, which).ref}


def pk(which: str) -> Any:
    return lambda world: {"pk": getattr(world, which).pk}


def series_date(world: Any) -> dict[str, Any]:
    return {"ref": world.series.ref, "pk": world.series.bookings.first().pk}


def step(world: Any) -> dict[str, Any]:
    return {"step_id": world.step.pk}


def moved(world: Any) -> dict[str, Any]:
    version = Booking.objects.values_list("version", flat=True).get(pk=world.approved.pk)
    return {"room": world.room.pk, "on": "2026-11-27", "start": "10:00", "end": "11:00", "version": version}


def text(name: str) -> Any:
    return lambda _world: {name: "x"}


def text_of(**fields: str) -> Any:
    return lambda _world: fields


def to_server(world: Any) -> dict[str, Any]:
    return {"user": world.people["server"].pk, "role": "service_staff"}


def to_going(world: Any) -> dict[str, Any]:
    return {"receiver": world.handover.giver_id, "note": "x"}


def on_monday(_world: Any) -> dict[str, Any]:
    return {"site": "HQ", "date": "2026-11-23"}


def new_op(_world: Any) -> dict[str, Any]:
    return {"op": str(uuid4()), "wanted": "done", "result": {}}


def note_path(world: Any) -> dict[str, Any]:
    return {"ref": world.running.ref, "pk": world.note.pk}


def passed(_world: Any) -> dict[str, Any]:
    return {"act": "passed"}


def setting(_world: Any) -> dict[str, Any]:
    return {"code": "HQ", "what": "reason"}


def setting_row(_world: Any) -> dict[str, Any]:
    return {"code": "HQ", "what": "reason", "pk": 1}


def call_path(world: Any) -> dict[str, Any]:
    return {"token": call_token(world.running.pk, world.running.room_id)}


def key(which: str) -> Any:
    return lambda world: {"token": getattr(world, f"{which}_key")}


HQ, AT_HQ = (lambda _world: {"code": "HQ"}), "?site=HQ"
NOON_DAY_8 = {"start": "2026-11-30T12:00:00+08:00", "end": "2026-11-30T13:00:00+08:00"}
NEW_BOOKING = NOON_DAY_8 | {"room": "201", "title": "x", "headcount": 5, "host": "x", "contact": "y"}
NEW_SERIES = NEW_BOOKING | {"rule": {"every": "week", "count": 3}}
LATER_END = {"end": "2026-11-23T15:20:00+08:00"}
OF_SITE = by(200, rest=200, stranger=404)
OWN_NOTICE = by(302, "applicant", rest=404)
