"""An incident reported on the page or by a tablet that waited: the same incident, whole or not at all."""

import pytest

from checklists.errors import InvalidTick
from checklists.guides import guide_book
from checklists.models import Incident
from checklists.services.incidents import report_incident
from tests.checklists.pages import signed_in
from tests.checklists.tablets import Tablet

SAID = {"kind": "leak", "text": "水管漏水", "told": "工程部", "done": "关了阀门"}


def on_the_page(server, now):
    signed_in(server).post("/incidents/new/", SAID)


def by_a_tablet(server, now):
    tablet = Tablet(server, now)
    tablet.send(tablet.event("incident", at=now, fields=SAID))


@pytest.mark.parametrize("report", [on_the_page, by_a_tablet])
def test_report_says_who_was_told_and_is_as_grave_as_its_guide(report, server, now, time_machine):
    time_machine.move_to(now, tick=False)

    report(server, now)

    found = Incident.objects.get()
    assert (found.kind, found.text, found.told, found.done) == ("leak", "水管漏水", "工程部", "关了阀门")
    assert (found.gravity, found.raised_by, found.raised_at) == (guide_book().guides["leak"].gravity, server, now)
    assert list(found.entries.values_list("verb", flat=True)) == ["opened", "added"]


def test_report_of_which_a_part_is_refused_opens_nothing(site, server, now):
    with pytest.raises(InvalidTick) as refused:
        report_incident(site=site, kind="leak", gravity=3, text="x", told="x" * 301, actor=server, now=now)

    assert (refused.value.errors, Incident.objects.count()) == ({"told": ["too_long"]}, 0)
