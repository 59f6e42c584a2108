"""Services that keep choices, addresses and browsers, and the tests of each."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from rooms.models import RoomLog
from staff.channels.addresses import read_address
from staff.channels.outcomes import Outcome
from staff.errors import StaffError
from staff.models import Channel, Delivery, NoticePreferences, PushSubscription, StaffLog
from staff.services import channels, trials
from staff.services.channels import change_site_channel, keep_preferences, register_browser, remove_channel
from staff.services.notices import notify
from staff.services.trials import try_browser, try_channel, try_mail
from tests.staff.ways_out import SECRET_PART, browser_at, chat_of, fake_room, registered, room_of, said


def keep(person, now, **fields):
    facts = {"quiet_from": time(22), "quiet_until": time(7), "choices": {"late": ["push"]}} | fields
    return keep_preferences(person=person, now=now, **facts)


def test_keep_preferences_twice_changes_and_logs_once(applicant, now):
    keep(applicant, now)
    keep(applicant, now)

    row = NoticePreferences.objects.get()
    assert (row.quiet_from, row.quiet_until, row.choices) == (time(22), time(7), {"late": ["push"]})
    assert list(StaffLog.objects.values_list("verb", "changes")) == [
        (
            "preferences_changed",
            {"quiet_from": [None, "22:00"], "quiet_until": [None, "07:00"], "choices": [{}, {"late": ["push"]}]},
        )
    ]


@pytest.mark.parametrize("hours", [(time(22), None), (None, time(7)), (time(7), time(7))])
def test_quiet_hours_with_one_end_are_refused_by_the_database(applicant, hours):
    with pytest.raises(IntegrityError, match="quiet_hours_have_both_ends"), transaction.atomic():
        NoticePreferences.objects.create(user=applicant, quiet_from=hours[0], quiet_until=hours[1])


def test_channel_of_a_person_and_a_site_at_once_is_refused_by_the_database(applicant, site, now):
    facts = {"created_by": applicant, "created_at": now, "sealed": b"x"}
    for owners in ({"user": applicant, "site": site}, {}):
        with pytest.raises(IntegrityError, match="channel_one_owner"), transaction.atomic():
            Channel.objects.create(**owners, **facts)


def test_add_own_channel_beyond_the_limit_is_refused(applicant, now, monkeypatch):
    monkeypatch.setattr(channels, "MOST_OWN", 1)
    chat_of(applicant, now)

    with pytest.raises(StaffError) as refused:
        chat_of(applicant, now)

    assert (refused.value.code, refused.value.params) == ("too_many_channels", {"most": 1})


def test_add_site_channel_beyond_the_limit_is_refused(site, manager, now, monkeypatch):
    monkeypatch.setattr(channels, "MOST_OF_SITE", 1)
    room_of(site, manager, now)

    with pytest.raises(StaffError):
        room_of(site, manager, now)


def test_change_site_channel_keeps_the_address_and_forgets_the_outcome_only_with_a_new_one(site, manager, now):
    room = room_of(site, manager, now)
    Channel.objects.update(tested_at=now, outcome="sent")
    facts = {
        "channel_id": room.pk,
        "name": "New",
        "kinds": ["calls"],
        "language": "zh-hant",
        "actor": manager,
        "now": now,
    }

    change_site_channel(**facts)
    kept = Channel.objects.get()
    change_site_channel(**facts, address=read_address("ntfys://ntfy.example.com/x"))
    changed = Channel.objects.get()

    assert (kept.name, kept.kinds, kept.hint, kept.outcome) == ("New", ["calls"], "jsons://chat.example.com/…", "sent")
    assert (changed.hint, changed.outcome, changed.tested_at) == ("ntfys://ntfy.example.com/…", "", None)


def test_remove_channel_takes_what_waited_along_and_says_when_it_is_gone(applicant, now):
    channel = chat_of(applicant, now)
    notify(recipient=applicant, code="booking_approved", params={}, url="/", key="a", now=now)

    remove_channel(channel_id=channel.pk, actor=applicant, now=now)

    assert (Channel.objects.count(), Delivery.objects.count()) == (0, 0)
    with pytest.raises(StaffError, match="channel_gone"):
        remove_channel(channel_id=channel.pk, actor=applicant, now=now)


def test_logs_never_hold_an_address(site, manager, now):
    own, room = chat_of(manager, now), room_of(site, manager, now)
    registered(manager, now)
    change_site_channel(
        channel_id=room.pk, name="b", kinds=["late"], language="en", address=read_address(f"ntfys://x.example.com/{SECRET_PART}"),
        actor=manager, now=now,
    )  # fmt: skip
    for channel in (own, room):
        remove_channel(channel_id=channel.pk, actor=manager, now=now)

    logged = [*StaffLog.objects.values_list("verb", "changes"), *RoomLog.objects.values_list("verb", "changes")]
    assert sorted(verb for verb, _changes in logged) == [
        "browser_added", "channel_added", "channel_added", "channel_changed", "channel_removed", "channel_removed",
    ]  # fmt: skip
    assert not [changes for _verb, changes in logged if SECRET_PART in str(changes) or "push.example" in str(changes)]


def test_register_browser_again_renews_it(applicant, now):
    registered(applicant, now)
    registered(applicant, now + timedelta(days=1), label="Work")

    row = PushSubscription.objects.get()
    assert (row.label, row.created_at) == ("Work", now + timedelta(days=1))


def test_register_browser_of_another_moves_it_without_what_waited(applicant, server, now):
    registered(applicant, now)
    notify(recipient=applicant, code="booking_approved", params={}, url="/", key="a", now=now)

    registered(server, now)

    assert PushSubscription.objects.get().user == server
    assert Delivery.objects.get().subscription is None


def test_register_browser_beyond_the_limit_is_refused_but_a_known_one_is_not(applicant, now, monkeypatch):
    monkeypatch.setattr(channels, "MOST_BROWSERS", 1)
    registered(applicant, now)

    registered(applicant, now)
    with pytest.raises(StaffError, match="too_many_browsers"):
        register_browser(actor=applicant, browser=browser_at("https://push.example.com/2"), label="", now=now)


@pytest.fixture
def inside_allowed(settings):
    settings.CHANNEL_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture
def chat(applicant, now, inside_allowed):
    with fake_room() as room:
        room.channel = chat_of(applicant, now, url=f"json://127.0.0.1:{room.port}/x")
        yield room


def test_try_channel_really_sends_and_keeps_the_outcome(chat, applicant, now):
    outcome = try_channel(channel_id=chat.channel.pk, actor=applicant, language="en", now=now)

    row = Channel.objects.get()
    assert (outcome, row.outcome, row.tested_at) == (Outcome.SENT, "sent", now)
    assert said(chat) == ("Test from Huiwu", "This address works: notices will arrive here.")


def test_try_channel_of_a_group_speaks_its_language(site, manager, now, inside_allowed):
    with fake_room() as fake:
        room = room_of(site, manager, now, url=f"json://127.0.0.1:{fake.port}/x", language="zh-hans")
        try_channel(channel_id=room.pk, actor=manager, language="en", now=now)

    assert said(fake)[0] != "Test from Huiwu"


def test_try_channel_again_at_once_is_refused_and_not_counted(chat, applicant, now):
    facts = {"channel_id": chat.channel.pk, "actor": applicant, "language": "en"}
    try_channel(**facts, now=now)

    with pytest.raises(StaffError) as refused:
        try_channel(**facts, now=now + timedelta(seconds=10))

    assert (refused.value.code, refused.value.params) == ("too_many_trials", {"seconds": 20})
    assert (len(chat.messages), StaffLog.objects.filter(verb="channel_tested").count()) == (1, 1)
    assert try_channel(**facts, now=now + timedelta(seconds=30)) == Outcome.SENT


def test_try_is_limited_for_each_person_whatever_they_test(applicant, now, monkeypatch):
    monkeypatch.setattr(trials, "MOST_OF_SPAN", 2)
    applicant.email = "w@example.test"
    for minute in (0, 1):
        try_mail(actor=applicant, language="en", now=now + timedelta(minutes=minute))
    channel = chat_of(applicant, now)

    with pytest.raises(StaffError) as refused:
        try_channel(channel_id=channel.pk, actor=applicant, language="en", now=now + timedelta(minutes=2))

    assert refused.value.params == {"seconds": 480}
    assert len(mail.outbox) == 2


def test_try_mail_sends_to_the_persons_own_address(applicant, now):
    applicant.email = "w@example.test"

    outcome = try_mail(actor=applicant, language="en", now=now)

    assert (outcome, mail.outbox[0].to, mail.outbox[0].subject) == (Outcome.SENT, ["w@example.test"], "Test from Huiwu")


def test_try_mail_without_an_address_says_so(applicant, now):
    assert try_mail(actor=applicant, language="en", now=now) == Outcome.NO_ADDRESS


def test_try_mail_of_a_server_that_is_away_says_so(applicant, now, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    settings.EMAIL_PORT = 1
    applicant.email = "w@example.test"

    assert try_mail(actor=applicant, language="en", now=now) == Outcome.NO_ANSWER


@pytest.mark.parametrize(("status", "outcome", "left"), [(201, Outcome.SENT, 1), (410, Outcome.GONE, 0)])
def test_try_browser_sends_and_removes_one_that_is_gone(applicant, now, inside_allowed, status, outcome, left):
    with fake_room(status=status) as service:
        row = registered(applicant, now)
        PushSubscription.objects.update(endpoint=f"http://127.0.0.1:{service.port}/1")

        found = try_browser(browser_id=row.pk, actor=applicant, language="en", now=now)

    assert (found, PushSubscription.objects.count(), service.paths) == (outcome, left, ["/1"])


def test_try_of_what_is_gone_is_refused(applicant, now):
    with pytest.raises(StaffError, match="channel_gone"):
        try_channel(channel_id=0, actor=applicant, language="en", now=now)
    with pytest.raises(StaffError, match="channel_gone"):
        try_browser(browser_id=0, actor=applicant, language="en", now=now)
