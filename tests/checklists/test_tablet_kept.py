"""What a tablet keeps for later: the steps of two days, and nothing that is not for everybody's eyes."""

import re
from datetime import timedelta

import pytest

from bookings.models import Guest
from checklists.services.shift_handovers import offer_handover
from checklists.services.wishes import raise_wish
from checklists.views.install import SHELL, STYLES
from staff.roles import Role
from tests.checklists.meetings import HOUR, approved, served, start, step_of, tick
from tests.checklists.pages import signed_in
from tests.checklists.tablets import Tablet
from tests.factories import make_user

SECRETS = {"title": "并购谈判", "contact_phone": "13800138000", "contact_name": "王敏", "flags": ["保密接待"]}


@pytest.fixture(autouse=True)
def clock(time_machine, now):
    return time_machine.move_to(now, tick=False)


def meeting(room, applicant, at, now, **fields):
    return approved(room=room, applicant=applicant, start=at, now=now - 72 * HOUR, tea=True, **fields)


def kept(user):
    return signed_in(user).get("/tablet/kept/").json()


def test_kept_has_the_open_steps_of_today_and_tomorrow(rooms, applicant, server, now):
    today, tomorrow = (meeting(rooms[0], applicant, now + hours * HOUR, now) for hours in (2, 26))
    later = meeting(rooms[1], applicant, now + 50 * HOUR, now)
    done = step_of(today, "P12")
    tick(done, server, now=now)

    html = kept(server)["html"]

    shown = [step_of(booking, "P13").pk for booking in (today, tomorrow)]
    assert all(f'id="step-{pk}"' in html for pk in shown)
    assert f'id="step-{step_of(later, "P13").pk}"' not in html
    assert f'id="step-{done.pk}"' not in html


def test_kept_rows_have_no_picture_before_one_is_taken(room_108, applicant, server, now):
    start(meeting(room_108, applicant, now + HOUR, now), now=now + HOUR)

    html = kept(server)["html"]

    # What was a hidden field of theirs went along with each tap, which was then refused.
    assert 'data-asked="number"' in html
    assert 'name="file"' not in html


def test_kept_tells_nothing_confidential(room_108, applicant, server, now):
    booking = meeting(room_108, applicant, now + HOUR, now - HOUR, wishes="不要拍照", is_private=True, **SECRETS)
    Guest.objects.create(booking=booking, name="赵贵宾", tea="green", diet="清真", country="法国")
    start(booking, now=now)
    raise_wish(booking=booking, kind="other", text="给孙总一把伞", source="staff", actor=server, now=now)

    data = kept(server)

    text = data["html"] + data["forms"]
    words = ("并购谈判", "13800138000", "王敏", "保密接待", "赵贵宾", "清真", "法国", "孙总", "不要拍照", "csrf")
    assert [word for word in words if word in text] == []
    assert "108" in text


def test_kept_hides_unannounced_checks_even_from_the_manager(room_108, applicant, manager, now):
    booking = meeting(room_108, applicant, now + HOUR, now)
    start(booking, now=now)

    assert f'id="step-{step_of(booking, "U8").pk}"' not in kept(manager)["html"]


def test_kept_takes_no_more_statements_for_more_meetings(rooms, applicant, server, now, query_count):
    client = signed_in(server)
    meeting(rooms[0], applicant, now + 2 * HOUR, now)
    client.get("/tablet/kept/")
    one = query_count(lambda: client.get("/tablet/kept/"))
    for room in rooms[1:]:
        meeting(room, applicant, now + 2 * HOUR, now)

    assert query_count(lambda: client.get("/tablet/kept/")) == one


def test_kept_is_not_to_be_cached(server):
    assert "no-store" in signed_in(server).get("/tablet/kept/")["Cache-Control"]


def test_page_carries_the_hand_of_its_reader_and_the_offline_page_nobodys(client, server, now):
    page = signed_in(server).get("/tablet/").content.decode()
    offline = signed_in(server).get("/tablet/offline/").content.decode()

    assert f'data-user-id="{server.pk}"' in page
    assert "data-word=" in page
    assert "data-word=" not in offline
    assert server.get_full_name() not in offline


def imported_by(settings, *names, pattern=r'(?:from|import\() ?"\./([^"]+)"'):
    """These scripts and all that they ask for, one through the other."""
    folder, seen, left = settings.BASE_DIR / "static" / "js", set(), list(names)
    while left:
        name = left.pop()
        seen.add(name)
        found = re.findall(pattern, (folder / name).read_text(encoding="utf-8"))
        left += [each for each in found if each not in seen]
    return {f"js/{name}" for name in seen}


def test_shell_has_every_script_that_its_scripts_import(settings):
    """One that is missing would leave the page without a connection blank."""
    assert imported_by(settings, "tablet.js", "tablet-offline.js") - set(SHELL) == set()


def test_list_without_a_connection_waits_for_no_script_but_those_asked_for_at_once(settings, client, db):
    page = client.get("/tablet/offline/").content.decode()

    early = set(re.findall(r'<link rel="modulepreload" href="/static/([^"]+)"', page))
    needed = imported_by(settings, "tablet-offline.js", pattern=r'from "\./([^"]+)"')
    assert early == (needed - {"js/tablet-offline.js"}) | {"vendor/idb.js"}


def test_page_that_stands_in_brings_its_styles_along(settings, client, db):
    page = client.get("/tablet/offline/").content.decode()

    assert "stylesheet" not in page
    for name in STYLES:
        assert (settings.BASE_DIR / "static" / name).read_text(encoding="utf-8") in page


@pytest.fixture
def measured_twice(room_108, applicant, secretary, manager, now):
    """26 degrees by the manager stand; the secretary's tablet says 21.5."""
    step, tablet = step_of(meeting(room_108, applicant, now + HOUR, now), "P8"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"value": 26})
    tablet.send(tablet.tick(step, at=now + timedelta(seconds=1), fields={"value": "21.5"}))
    return step


def test_contradiction_stands_on_the_managers_day_until_it_was_seen(measured_twice, manager):
    client = signed_in(manager)

    page = client.get("/day/").content.decode()
    assert "Two people recorded something different." in page
    assert "21.5" in page
    event = page.split("/tablet/events/")[1].split("/")[0]
    client.post(f"/tablet/events/{event}/settle/", {"back": "/day/"})
    assert "Two people recorded something different." not in client.get("/day/").content.decode()


def test_manager_lets_the_other_entry_stand(measured_twice, secretary, manager):
    client = signed_in(manager)
    page = client.get("/day/").content.decode()
    address = f"/tablet/events/{page.split('/tablet/events/')[1].split('/')[0]}/settle/"
    stands = page.split('name="stands" value="')[1].split('"')[0]

    stale = client.post(address, {"back": "/day/", "stands": "open:0:"}, follow=True).content.decode()
    client.post(address, {"back": "/day/", "stands": stands})

    measured_twice.refresh_from_db()
    assert "The step says something else by now." in stale
    assert (measured_twice.result["value"], measured_twice.done_by) == (21.5, secretary)
    assert "Two people recorded something different." not in client.get("/day/").content.decode()


def test_second_tick_is_shown_beside_the_first(room_108, applicant, secretary, manager, now):
    booking = meeting(room_108, applicant, now + HOUR, now)
    step, tablet = step_of(booking, "P8"), Tablet(secretary, now)
    tick(step, manager, now=now, result={"value": 26})
    tablet.send(tablet.tick(step, at=now, fields={"value": "26"}))

    assert "also Secretary 09:00" in signed_in(manager).get(f"/tablet/meetings/{booking.ref}/").content.decode()


def test_kept_has_whom_to_hand_over_to_and_offers_without_their_words(room_108, applicant, server, site, now):
    colleague = make_user("staff2", Role.SERVICE_STAFF, site=site)
    served(room=room_108, applicant=applicant, server=server, now=now)
    made = offer_handover(giver=server, receiver_id=colleague.pk, note="孙总要安静", now=now)

    giver, receiver = (kept(each) for each in (server, colleague))

    assert f'name="receiver" value="{colleague.pk}"' in giver["forms"]
    assert f'data-kept-form="handover-{made.pk}"' not in giver["forms"]
    assert f'data-kept-form="handover-{made.pk}"' in receiver["forms"]
    assert f"/tablet/handover/{made.pk}/" in receiver["html"]
    assert "孙总" not in receiver["html"] + receiver["forms"]
