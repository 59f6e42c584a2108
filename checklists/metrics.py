"""What machines are told of the operation: the text that Prometheus reads, and the part of /readyz about reminders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from checklists.selectors.operation import PAST_GRACE, STUCK_AFTER, Operation, reminders_waiting
from checklists.selectors.pulses import PulseState, pulse_states
from staff.models import Delivery

# A reason or a channel that has nothing to tell says nought: an alarm cannot be set on a row that is not there.
REASONS = (PAST_GRACE, "superseded", "planned_late")


@dataclass(frozen=True, eq=False)
class OperationCollector(Collector):
    found: Operation

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from reminder_gauges(self.found)
        yield from window_gauges(self.found)
        yield from delivery_gauges(self.found)
        yield from pulse_gauges(self.found.pulses)


def exposition(found: Operation) -> bytes:
    """Read anew for each scrape: several processes serve pages, and none of them counts for itself."""
    registry = CollectorRegistry()
    registry.register(OperationCollector(found))
    return generate_latest(registry)


def reminder_gauges(found: Operation) -> Iterable[GaugeMetricFamily]:
    waiting = found.reminders
    yield gauge("reminders_oldest_due_seconds", "Age of the oldest reminder due and not sent.", waiting.oldest_seconds)
    yield gauge("reminders_waiting", "Reminders due and not sent.", waiting.count)


def window_gauges(found: Operation) -> Iterable[GaugeMetricFamily]:
    """By the moment at which they fell due, so that a window's figures belong together."""
    late = family(
        "reminders_lateness_seconds", "From due to sent, of what fell due in the window", "window", "quantile"
    )
    sent = family("reminders_sent", "Reminders that fell due in the window and were sent.", "window")
    missed = family("reminders_missed", "Reminders that fell due in the window and were missed.", "window", "reason")
    for window, settled in (("1h", found.hour), ("24h", found.day)):
        for quantile, value in (("0.5", settled.median), ("0.99", settled.p99), ("1", settled.longest)):
            if value is not None:
                late.add_metric([window, quantile], value)
        sent.add_metric([window], settled.sent)
        for reason in dict.fromkeys((*REASONS, *settled.reasons)):
            missed.add_metric([window, reason], settled.reasons.get(reason, 0))
    return late, sent, missed


def delivery_gauges(found: Operation) -> Iterable[GaugeMetricFamily]:
    oldest = found.deliveries.oldest_seconds
    yield gauge("deliveries_oldest_due_seconds", "Age of the oldest outside message due and not delivered.", oldest)
    yield gauge("deliveries_waiting", "Outside messages due and not delivered.", found.deliveries.count)
    failed = family("deliveries_failed", "Outside messages given up, until somebody sends them again.", "channel")
    for channel in Delivery.Channel.values:
        failed.add_metric([channel], found.failed.get(channel, 0))
    yield failed


def pulse_gauges(pulses: Iterable[PulseState]) -> Iterable[GaugeMetricFamily]:
    age = family("pulse_age_seconds", "Since a repeating job last ran, by engine.", "name", "engine")
    alive = family("pulse_alive", "1 while at least one engine runs the job in its rhythm.", "name")
    for pulse in pulses:
        alive.add_metric([pulse.name], int(pulse.is_alive))
        for each in pulse.engines:
            if each.age_seconds is not None:
                age.add_metric([pulse.name, each.engine], each.age_seconds)
    return age, alive


def family(name: str, text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"huiwu_{name}", text, labels=labels)


def gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"huiwu_{name}", text, value=value)


def reminders_part(now: datetime) -> dict[str, object]:
    """The end-to-end figure, and the pulses: at night nothing falls due, and only they tell that something stands."""
    waiting, pulses = reminders_waiting(now), pulse_states(now)
    is_beating = all(pulse.is_alive for pulse in pulses if pulse.name == "dispatch")
    return {
        "ok": waiting.is_within(STUCK_AFTER) and is_beating,
        "oldest_due_seconds": round(waiting.oldest_seconds, 1),
        "waiting": waiting.count,
        "pulses": {pulse.name: {each.engine: rounded(each.age_seconds) for each in pulse.engines} for pulse in pulses},
    }


def rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
