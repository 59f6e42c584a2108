import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from checklists.models import RundownPrint
from checklists.services import rundowns
from staff.printing import PdfUnavailableError
from tests.checklists import meetings
from tests.checklists.pages import signed_in

URL = "/api/v1/rundown"
DAY = {"date": "2026-11-23", "site": "HQ"}


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def meeting(room_108, applicant, now):
    return meetings.approved(room=room_108, applicant=applicant, start=now + timedelta(hours=3), now=now)


def test_api_rundown_is_a_pdf_of_the_day(meeting, manager):
    response = signed_in(manager).get(URL, DAY)

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert meeting.ref in PdfReader(io.BytesIO(response.content)).pages[0].extract_text()


def test_api_rundown_asked_for_again_is_the_same_print(meeting, manager):
    client = signed_in(manager)

    first, second = client.get(URL, DAY).content, client.get(URL, DAY).content

    assert first == second
    assert RundownPrint.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("applicant", 403), ("stranger", 404)])
def test_api_rundown_is_for_the_sites_service(who, status, site, request):
    assert signed_in(request.getfixturevalue(who)).get(URL, DAY).status_code == status


@pytest.mark.parametrize("query", [{"date": "soon"}, {"day": "2026-11-23"}])
def test_api_rundown_bad_query_is_told_by_field(query, manager):
    response = signed_in(manager).get(URL, query)

    assert (response.status_code, list(response.json()["errors"])) == (422, list(query))


def test_api_rundown_without_libraries_names_them(meeting, manager, monkeypatch):
    def unavailable(_html):
        raise PdfUnavailableError(["libpango-1.0-0"])

    monkeypatch.setattr(rundowns, "to_pdf", unavailable)

    response = signed_in(manager).get(URL, DAY)

    assert response.status_code == 503
    assert "libpango-1.0-0" in response.json()["detail"]
