"""Notices: once by key, rendered in the reader's language and zone."""

from zoneinfo import ZoneInfo

import pytest

from staff import notice_texts
from staff.models import Delivery, Notice
from staff.notice_texts import render_notice
from staff.services.notices import mark_all_read, mark_read, notify, notify_many

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXTS = {
    "test_moved": ("%(ref)s moved", "Now %(start)s in %(room)s on %(on)s."),
    "test_plain": ("50%%", ""),
    "test_period": ("%(period)s", ""),
}


@pytest.fixture(autouse=True)
def texts(monkeypatch):
    monkeypatch.setattr(notice_texts, "_texts", dict(TEXTS))


def make_notice(recipient, now, key="moved:1", **fields):
    params = {"ref": "HW-1", "start": "2026-11-23T01:00:00+00:00", "room": {"zh_hans": "一号厅", "en": "Hall 1"}}
    facts = {"code": "test_moved", "params": params | {"on": "2026-11-24"}, "url": "/x/"} | fields
    return notify(recipient=recipient, key=key, now=now, **facts)


def test_notify_same_key_twice_writes_one_notice(applicant, now):
    first = make_notice(applicant, now)
    second = make_notice(applicant, now)

    assert (first.code, second) == ("test_moved", None)
    assert Notice.objects.count() == 1


def test_notify_unregistered_code_is_refused_and_writes_nothing(applicant, now):
    with pytest.raises(LookupError):
        make_notice(applicant, now, code="unknown")

    assert Notice.objects.count() == 0


def test_notify_with_mail_puts_one_row_in_the_outbox(applicant, now):
    applicant.email = "a@example.test"

    make_notice(applicant, now, mail=True)
    make_notice(applicant, now, mail=True)

    assert list(Delivery.objects.values_list("channel", "state", "next_at")) == [("mail", "pending", now)]


def test_notify_with_mail_without_address_writes_only_the_notice(applicant, now):
    make_notice(applicant, now, mail=True)

    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 0)


def test_notify_many_gives_each_person_their_own_key(applicant, secretary, now):
    facts = {"code": "test_plain", "params": {}, "url": "", "key": "k", "now": now}

    notices = notify_many(recipients=[applicant, secretary], **facts)
    again = notify_many(recipients=[applicant, secretary], **facts)

    assert [notice.key for notice in notices] == [f"k:{applicant.pk}", f"k:{secretary.pk}"]
    assert again == []


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("zh-hans", "Now 11月23日 周一 09:00 in 一号厅 on 11月24日 周二."),
        ("zh-hant", "Now 11月23日 週一 09:00 in 一号厅 on 11月24日 週二."),
        ("en", "Now Mon 23 Nov 09:00 in Hall 1 on Tue 24 Nov."),
    ],
)
def test_render_notice_shows_params_in_the_readers_language_and_the_sites_zone(applicant, now, language, body):
    notice = make_notice(applicant, now)

    assert render_notice(notice, language, SHANGHAI) == ("HW-1 moved", body)


def test_render_notice_with_a_missing_param_leaves_a_gap(applicant, now):
    notice = make_notice(applicant, now, params={"ref": "HW-1"})

    assert render_notice(notice, "en", SHANGHAI) == ("HW-1 moved", "Now  in  on .")


def test_render_notice_of_an_unknown_code_shows_the_code(applicant, now):
    notice = Notice(code="gone", params={})

    assert render_notice(notice, "en", SHANGHAI) == ("gone", "")


def test_mark_read_of_anothers_notice_changes_nothing(applicant, secretary, now):
    notice = make_notice(applicant, now)

    by_other = mark_read(notice_id=notice.pk, actor=secretary, now=now)
    by_owner = mark_read(notice_id=notice.pk, actor=applicant, now=now)
    again = mark_read(notice_id=notice.pk, actor=applicant, now=now)

    assert (by_other, by_owner, again) == (False, True, False)


def test_mark_all_read_leaves_other_peoples_notices(applicant, secretary, now):
    make_notice(applicant, now)
    make_notice(applicant, now, key="moved:2")
    kept = make_notice(secretary, now, key="moved:3")

    assert mark_all_read(actor=applicant, now=now) == 2
    assert list(Notice.objects.filter(read_at=None)) == [kept]


def test_render_notice_says_start_and_end_as_one_period(applicant, now):
    params = {"start": "2026-11-23T01:00:00+00:00", "end": "2026-11-23T03:00:00+00:00"}
    whole, open_end = (
        make_notice(applicant, now, code="test_period", key=key, params=each)
        for key, each in (("a", params), ("b", {"start": params["start"]}))
    )

    assert render_notice(whole, "zh-hant", SHANGHAI)[0] == "11月23日 週一 09:00–11:00"
    assert render_notice(open_end, "zh-hant", SHANGHAI)[0] == ""


@pytest.mark.parametrize("typed", ["2026-02-30", "2026-13-45T99:99:00Z", "0001-01-01T00:00:00+14:00"])
def test_render_notice_shows_as_typed_what_only_looks_like_a_date(applicant, now, typed):
    notice = make_notice(applicant, now, params={"ref": typed})

    assert render_notice(notice, "en", SHANGHAI)[0] == f"{typed} moved"
