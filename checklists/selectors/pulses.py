"""The age of each pulse, by the engine that gives it, against its rhythm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from staff.models import Pulse

BEAT, SPARE = Pulse.Engine.BEAT.value, Pulse.Engine.SPARE.value


@dataclass(frozen=True)
class Rhythm:
    """How often a pulse is given, the age past which it is overdue, and who gives it."""

    every: int
    at_most: int
    engines: tuple[str, ...] = (BEAT, SPARE)


# A pulse is written when its work is over: a slow mail server or a large sweep is no standstill yet.
RHYTHMS: Mapping[str, Rhythm] = {
    "dispatch": Rhythm(5, 30),
    "outbox_mail": Rhythm(5, 180),
    "outbox_web": Rhythm(5, 180),
    "webhooks": Rhythm(5, 180),
    "sweep": Rhythm(30, 180),
    "surveys": Rhythm(60, 300, (BEAT,)),
    "training": Rhythm(60, 300, (BEAT,)),
}


@dataclass(frozen=True)
class EnginePulse:
    """One engine's last pulse; `age_seconds` is None where it never gave one."""

    engine: str
    last_at: datetime | None
    age_seconds: float | None
    report: str
    is_overdue: bool


@dataclass(frozen=True)
class PulseState:
    name: str
    rhythm: Rhythm
    engines: tuple[EnginePulse, ...]

    @property
    def is_alive(self) -> bool:
        """One engine is enough: that is what the spare is for."""
        return any(not each.is_overdue for each in self.engines)

    @property
    def age_seconds(self) -> float | None:
        """Of the youngest."""
        return min((each.age_seconds for each in self.engines if each.age_seconds is not None), default=None)


def pulse_states(now: datetime) -> tuple[PulseState, ...]:
    known = {(pulse.name, pulse.engine): pulse for pulse in Pulse.objects.filter(name__in=RHYTHMS)}
    return tuple(
        PulseState(
            name, rhythm, tuple(engine_pulse(known.get((name, each)), each, rhythm, now) for each in rhythm.engines)
        )
        for name, rhythm in RHYTHMS.items()
    )


def engine_pulse(pulse: Pulse | None, engine: str, rhythm: Rhythm, now: datetime) -> EnginePulse:
    if pulse is None:
        return EnginePulse(engine, None, None, "", is_overdue=True)
    # Another machine's clock may be ahead of this one's.
    age = max((now - pulse.last_at).total_seconds(), 0.0)
    return EnginePulse(engine, pulse.last_at, age, pulse.last_report, is_overdue=age > rhythm.at_most)
