"""When it was tapped: by the tablet's clock, corrected, and never outside what can be."""

import json
from uuid import uuid4

import pytest

from checklists.models import TabletEvent, Tick
from tests.checklists.meetings import HOUR, MINUTE
from tests.checklists.tablet_events.saying import at_length, said
from tests.checklists.tablets import op_of, sealed


def test_tick_is_applied_and_credited_with_both_clocks(tablet, pour, server, now, time_machine):
    event = tablet.tick(pour, at=now - 24 * HOUR + 5 * MINUTE, offset_ms=24 * 3600 * 1000)
    at_length(time_machine, now + HOUR)

    (verdict,) = tablet.send(event)

    pour.refresh_from_db()
    row = TabletEvent.objects.get()
    assert (verdict["op"], verdict["verdict"], verdict["say"]) == (op_of(event), "applied", "")
    assert (pour.state, pour.done_by, pour.done_at) == ("done", server, now + 5 * MINUTE)
    assert (row.device_at, row.tapped_at, row.received_at) == (
        now - 24 * HOUR + 5 * MINUTE,
        now + 5 * MINUTE,
        now + HOUR,
    )
    assert (Tick.objects.get().received_at, Tick.objects.get().tapped_at) == (now + HOUR, now + 5 * MINUTE)


def test_tick_without_an_offset_of_its_own_takes_the_one_at_the_sending(tablet, pour, now, time_machine):
    yesterday = now - 24 * HOUR
    event = tablet.tick(pour, at=yesterday + MINUTE)
    at_length(time_machine, now + HOUR)

    tablet.send(event, sent_at=yesterday + HOUR)

    pour.refresh_from_db()
    assert pour.done_at == now + MINUTE


def test_tick_of_a_clock_that_was_set_before_it_takes_the_distance_at_the_sending(tablet, pour, now, time_machine):
    """Measured while the clock was right; then it fell back to 1970, as with an empty battery."""
    then = now - 20_000 * 24 * HOUR
    event = tablet.tick(pour, at=then + MINUTE, offset_ms=0)
    at_length(time_machine, now + HOUR)

    tablet.send(event, sent_at=then + HOUR)

    pour.refresh_from_db()
    assert pour.done_at == now + MINUTE


@pytest.mark.parametrize(("hours", "expected"), [(-100, 0), (100, 1)])
def test_tick_lies_between_the_page_and_its_arrival(hours, expected, tablet, pour, now, time_machine):
    event = tablet.tick(pour, at=now + hours * HOUR, offset_ms=0)
    at_length(time_machine, now + HOUR)

    tablet.send(event)

    pour.refresh_from_db()
    assert pour.done_at == now + expected * HOUR


@pytest.mark.parametrize("at", ["", "yesterday", "9999-12-31T00:00:00+00:00"])
def test_tick_of_a_broken_clock_counts_all_the_same(at, tablet, pour, now):
    event = tablet.tick(pour, at=now, offset_ms=10**12)
    body = json.loads(event["body"]) | {"at": at}

    (verdict,) = tablet.send(sealed(json.dumps(body), tablet.hand))

    assert verdict["verdict"] == "applied"


def test_clock_with_an_offset_that_no_clock_has_counts_as_none(tablet, pour, now):
    body = {"op": str(uuid4()), "kind": "tick", "device": tablet.device, "sequence": 1, "step": pour.pk}
    body |= {"at": "2026-11-23T09:00:00+23:59", "shown_start": "2026-11-23T09:00:00-23:59"}

    assert said(tablet.send(sealed(json.dumps(body), tablet.hand))) == [("applied", "")]
    assert TabletEvent.objects.get().device_at == now
