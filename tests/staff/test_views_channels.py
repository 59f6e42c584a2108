"""Pages of one's own notices and of a site's chat rooms."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.utils import translation

from staff.models import Channel, Notice, NoticePreferences, PushSubscription
from staff.notice_kinds import NoticeKind
from staff.services.channels import keep_preferences
from tests.factories import make_site, make_user
from tests.staff.ways_out import SECRET_PART, browser_at, chat_of, fake_room, registered, room_of

PAGE, CHATS, BROWSERS = "/me/notices/", "/me/notices/chats/", "/me/notices/browsers/"
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
EN = {"Accept-Language": "en"}


@pytest.fixture
def me(client, applicant):
    applicant.email, applicant.language = "w@example.test", "en"
    applicant.save()
    client.force_login(applicant)
    return client


@pytest.fixture
def leader(client, manager):
    manager.language = "en"
    manager.save()
    client.force_login(manager)
    return client


def said_on(answer, client):
    """The messages of the page a post leads to."""
    return [str(message) for message in client.get(answer.url).context["messages"]]


def as_shown(client):
    form = client.get(PAGE).context["form"]
    return {name: value for name, value in form.initial.items() if value is not None}


def choices_of():
    return NoticePreferences.objects.get().choices


def test_choice_left_as_shown_stays_as_usual(me):
    me.post(PAGE, as_shown(me) | {"quiet_from": "22:00", "quiet_until": "07:00"})

    row = NoticePreferences.objects.get()
    assert (row.quiet_from, row.quiet_until, row.choices) == (time(22), time(7), {})


def test_choice_changed_is_kept_for_its_row_alone(me):
    me.post(PAGE, as_shown(me) | {"ways_late": ["chat", "mail"]})
    me.post(PAGE, as_shown(me) | {"ways_calls": []})

    assert choices_of() == {"late": ["chat", "mail"], "calls": []}


def test_choice_back_to_what_is_usual_forgets_every_row(me, applicant, now):
    keep_preferences(person=applicant, quiet_from=None, quiet_until=None, choices={"late": []}, now=now)

    me.post(PAGE, as_shown(me) | {"usual": "1"})

    assert choices_of() == {}


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        (("22:00", ""), "quiet_until"),
        (("", "07:00"), "quiet_from"),
        (("7:00", "07:00"), "quiet_until"),
        (("x", "7:00"), "quiet_from"),
    ],
)
def test_quiet_hours_that_make_no_sense_are_said_beside_the_field(me, hours, field):
    answer = me.post(PAGE, as_shown(me) | {"quiet_from": hours[0], "quiet_until": hours[1], "ways_late": ["mail"]})

    form = answer.context["form"]
    assert (answer.status_code, list(form.errors), NoticePreferences.objects.count()) == (422, [field], 0)
    assert form.row_of(NoticeKind.LATE).boxes[0].is_ticked


def test_page_shows_hints_and_no_address(me, applicant, now):
    chat_of(applicant, now)
    registered(applicant, now)

    page = me.get(PAGE).content.decode()

    assert "jsons://chat.example.com/…" in page
    assert (SECRET_PART in page, "push.example.com" in page) == (False, False)


def test_page_takes_as_many_queries_for_three_as_for_one(me, applicant, now, query_count):
    def add(name):
        chat_of(applicant, now, name=name)
        registered(applicant, now, endpoint=f"https://push.example.com/{name}")

    add("a")
    me.get(PAGE)
    one = query_count(lambda: me.get(PAGE))
    add("b")
    add("c")

    assert query_count(lambda: me.get(PAGE)) == one


def test_chat_is_added_under_its_services_name(me, applicant):
    answer = me.post(CHATS, {"address": SLACK})

    channel = Channel.objects.get()
    assert (answer.url, channel.user, channel.name, channel.service) == (PAGE, applicant, "Slack", "slack")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("https://example.com/", "This service is not known here. The list below names those that are."),
        ("slack://x", "This is no address of a chat robot. Copy it whole from the robot's page."),
        ("json://169.254.169.254/latest", "This address is inside the network and may not be used."),
        ("json://2130706433/", "This address is inside the network and may not be used."),
        ("", "This field is required."),
    ],
)
def test_chat_that_is_refused_says_why_and_keeps_what_was_typed(me, typed, said):
    answer = me.post(CHATS, {"name": "Mine", "address": typed})

    form = answer.context["chat_form"]
    with translation.override("en"):
        assert (answer.status_code, form.errors["address"], Channel.objects.count()) == (422, [said], 0)
    assert (form["name"].value(), form["address"].value()) == ("Mine", typed)


def test_chat_test_tells_the_outcome_in_words_and_not_the_answer(me, applicant, now, settings):
    settings.CHANNEL_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with fake_room(status=403, body=b"token of the room is wrong") as room:
        channel = chat_of(applicant, now, url=f"json://127.0.0.1:{room.port}/{SECRET_PART}")
        answer = me.post(f"{CHATS}{channel.pk}/test/")

    page = me.get(answer.url).content.decode()
    assert room.paths == [f"/{SECRET_PART}"]
    assert "The other side refused the test. Please check the address and its secret." in page
    assert ("token of the room" in page, SECRET_PART in page) == (False, False)


def test_chat_test_again_at_once_asks_to_wait(me, applicant, now, time_machine):
    time_machine.move_to(now, tick=False)
    channel = chat_of(applicant, now)
    Channel.objects.update(tested_at=now - timedelta(seconds=12))

    answer = me.post(f"{CHATS}{channel.pk}/test/")

    assert said_on(answer, me) == ["Please wait 18 s before the next test."]


def test_mail_test_goes_to_the_persons_address(me):
    answer = me.post("/me/notices/mail/test/")

    assert said_on(answer, me) == ["The test has gone out. Please look whether it arrived."]
    assert [message.to for message in mail.outbox] == [["w@example.test"]]


@pytest.mark.parametrize("verb", ["test", "remove"])
def test_chat_of_another_or_of_a_site_is_not_found(me, secretary, manager, site, now, verb):
    for channel in (chat_of(secretary, now), room_of(site, manager, now)):
        assert me.post(f"{CHATS}{channel.pk}/{verb}/").status_code == 404

    assert Channel.objects.count() == 2


def test_chat_is_removed(me, applicant, now):
    me.post(f"{CHATS}{chat_of(applicant, now).pk}/remove/")

    assert Channel.objects.count() == 0


def fields_of(browser, label="Chrome"):
    return {"endpoint": browser.endpoint, "p256dh": browser.p256dh, "auth": browser.auth, "label": label}


def test_browser_is_registered_for_who_is_signed_in(me, applicant, secretary, now):
    registered(secretary, now)

    answer = me.post(BROWSERS, fields_of(browser_at()))

    assert (answer.status_code, PushSubscription.objects.get().user) == (204, applicant)


@pytest.mark.parametrize(
    "fields",
    [
        {"endpoint": "http://push.example.com/1"},
        {"endpoint": "https://10.0.0.1/x"},
        {"endpoint": ""},
        {"p256dh": "x"},
        {"auth": "x"},
        {"label": "x" * 61},
    ],
)
def test_browser_that_gives_no_usable_address_is_refused_in_words(me, fields):
    answer = me.post(BROWSERS, fields_of(browser_at()) | fields)

    assert (answer.status_code, PushSubscription.objects.count()) == (422, 0)
    assert answer.content.decode() == "This browser gave no address that notices can be sent to."


def test_browser_is_named_and_removed(me, applicant, now):
    row = registered(applicant, now)

    me.post(f"{BROWSERS}{row.pk}/name/", {"label": "At my desk"})
    row.refresh_from_db()
    me.post(f"{BROWSERS}{row.pk}/name/", {"label": ""})
    me.post(f"{BROWSERS}{row.pk}/remove/")

    assert (row.label, PushSubscription.objects.count()) == ("At my desk", 0)


@pytest.mark.parametrize("verb", ["name", "test", "remove"])
def test_browser_of_another_is_not_found(me, secretary, now, verb):
    row = registered(secretary, now)

    assert me.post(f"{BROWSERS}{row.pk}/{verb}/", {"label": "x"}).status_code == 404


def room_form(**fields):
    return {"site": "HQ", "name": "Group", "address": SLACK, "kinds": ["late", "calls"], "language": "zh-hant"} | fields


def test_site_channel_is_added_changed_and_removed(leader, site):
    leader.post("/channels/new/", room_form())
    added = Channel.objects.get()
    leader.post(f"/channels/{added.pk}/", room_form(name="Evening", address="", kinds=["incidents"]))
    changed = Channel.objects.get()
    leader.post(f"/channels/{added.pk}/remove/")

    assert (added.site, added.kinds, added.language) == (site, ["late", "calls"], "zh-hant")
    assert (changed.name, changed.kinds, changed.hint) == ("Evening", ["incidents"], added.hint)
    assert Channel.objects.count() == 0


def test_site_channel_with_a_fault_keeps_what_was_typed(leader):
    answer = leader.post("/channels/new/", room_form(kinds=[], address="json://10.0.0.1/"))

    form = answer.context["form"]
    assert (answer.status_code, set(form.errors), form["name"].value()) == (422, {"kinds", "address"}, "Group")
    assert Channel.objects.count() == 0


def test_site_channels_take_as_many_queries_for_three_as_for_one(leader, manager, site, now, query_count):
    room_of(site, manager, now)
    leader.get("/channels/")
    one = query_count(lambda: leader.get("/channels/"))
    room_of(site, manager, now)
    room_of(site, manager, now)

    assert query_count(lambda: leader.get("/channels/")) == one


def test_site_channels_show_hints_and_no_address(leader, manager, site, now):
    room = room_of(site, manager, now)

    for page in ("/channels/", f"/channels/{room.pk}/", "/sites/HQ/"):
        assert SECRET_PART not in leader.get(page).content.decode()


def test_site_channel_of_another_site_is_not_found(leader, administrator, now):
    room = room_of(make_site("SZ"), administrator, now)

    assert leader.get(f"/channels/{room.pk}/").status_code == 404
    assert [leader.post(f"/channels/{room.pk}/{verb}/").status_code for verb in ("test", "remove")] == [404, 404]


def test_site_channel_inward_by_its_name_is_refused_when_tested(leader, manager, site, now, monkeypatch):
    room = room_of(site, manager, now, url="json://inward.example.com/")
    found = [(2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_kwargs: found)

    answer = leader.post(f"/channels/{room.pk}/test/")

    assert said_on(answer, leader) == ["The address leads inside the network and may not be used."]


def test_page_of_someone_without_a_site_works(client, db):
    client.force_login(make_user("nobody", "applicant"))

    assert client.get(PAGE).status_code == 200


@pytest.fixture
def urgent(applicant, now):
    def make(key="a", at=now, **fields):
        facts = {"recipient": applicant, "code": "reminder_late", "key": key, "created_at": at} | fields
        return Notice.objects.create(**facts)

    return make


def test_urgent_notice_waits_on_top_until_it_is_acknowledged(me, urgent, now):
    waiting = urgent(urgency="urgent")
    newer = urgent("b", now + timedelta(hours=1))

    before = [line.notice for line in me.get("/notices/").context["lines"]]
    me.post(f"/notices/{waiting.pk}/read/")
    read_only = [line.notice for line in me.get("/notices/").context["lines"]]
    me.post(f"/notices/{waiting.pk}/acknowledge/")
    after = [line.notice for line in me.get("/notices/").context["lines"]]

    assert (before, read_only, after) == ([waiting, newer], [waiting, newer], [newer, waiting])


def test_acknowledge_by_htmx_says_when_and_offers_it_no_more(me, urgent, now, time_machine):
    time_machine.move_to(now, tick=False)
    notice = urgent(urgency="urgent")

    page = me.post(f"/notices/{notice.pk}/acknowledge/", headers=EN | {"HX-Request": "true"}).content.decode()

    assert "You acknowledged it Mon 23 Nov 09:00" in page
    assert ("acknowledge/" in page, Notice.objects.get().acknowledged_at) == (False, now)


@pytest.mark.parametrize(
    ("back", "leads"),
    [("/tablet/notices/", "/tablet/notices/"), ("https://evil.example/", "/notices/"), ("2199-12-31", "/notices/")],
)
def test_acknowledge_leads_back_within_the_house(me, urgent, back, leads):
    assert me.post(f"/notices/{urgent().pk}/acknowledge/", {"back": back}).url == leads


def test_acknowledge_of_anothers_notice_is_not_found(me, urgent, secretary):
    assert me.post(f"/notices/{urgent(recipient=secretary).pk}/acknowledge/").status_code == 404


def test_unread_fragment_counts_what_waits_for_a_word(me, urgent):
    urgent(urgency="urgent")
    urgent("b")

    assert 'data-waiting="1">2</span>' in me.get("/notices/unread/").content.decode()
