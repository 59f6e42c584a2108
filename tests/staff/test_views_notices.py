"""Pages of notices and of messages that did not arrive."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from staff import notice_texts
from staff.models import Channel, Delivery, Notice


@pytest.fixture(autouse=True)
def texts(monkeypatch):
    monkeypatch.setattr(notice_texts, "_texts", {"test_x": ("Title %(ref)s", "Body <b>%(ref)s</b>")})


@pytest.fixture
def make(applicant, now):
    def make(number=1, recipient=None, **fields):
        facts = {"code": "test_x", "params": {"ref": f"HW-{number}"}, "url": "/rooms/", "key": str(number)}
        at = now + timedelta(minutes=number)
        return Notice.objects.create(recipient=recipient or applicant, created_at=at, **facts | fields)

    return make


@pytest.fixture
def me(client, applicant):
    client.force_login(applicant)
    return client


def test_notices_are_the_persons_own_newest_first_with_time_of_the_site(me, make, secretary):
    make(1)
    make(2)
    make(3, recipient=secretary)

    lines = me.get("/notices/", headers={"Accept-Language": "en"}).context["lines"]

    assert [(line.title, line.at) for line in lines] == [
        ("Title HW-2", "Mon 23 Nov 09:02"),
        ("Title HW-1", "Mon 23 Nov 09:01"),
    ]


def test_notices_show_text_as_text(me, make):
    make(params={"ref": "<script>"})

    page = me.get("/notices/").content.decode()

    assert ("<script>" in page.split("<main")[1], "Body &lt;b&gt;&lt;script&gt;&lt;/b&gt;" in page) == (False, True)


def test_notices_by_htmx_are_the_fragment_alone(me, make):
    make()

    page = me.get("/notices/", headers={"HX-Request": "true"}).content.decode()

    assert ("<html" in page, "Title HW-1" in page) == (False, True)


def test_notices_are_paged(me, make):
    for number in range(51):
        make(number)

    assert [len(me.get(f"/notices/?page={page}").context["lines"]) for page in ("1", "2", "x")] == [50, 1, 50]


def test_notices_take_as_many_queries_for_three_as_for_one(me, make, query_count):
    make(1)
    me.get("/notices/")
    one = query_count(lambda: me.get("/notices/"))
    make(2)
    make(3)

    assert query_count(lambda: me.get("/notices/")) == one


def test_unread_fragment_tells_the_count_and_hides_none(me, make):
    none = me.get("/notices/unread/").content.decode()
    make()
    one = me.get("/notices/unread/").content.decode()

    assert none.strip() == '<span class="count" id="unread" data-waiting="0" hidden>0</span>'
    assert one.strip() == '<span class="count" id="unread" data-waiting="0">1</span>'


def test_open_marks_read_and_leads_to_its_page(me, make):
    notice = make()

    answer = me.post(f"/notices/{notice.pk}/open/")

    notice.refresh_from_db()
    assert (answer.url, notice.read_at is None) == ("/rooms/", False)


def test_open_without_a_page_leads_back(me, make):
    assert me.post(f"/notices/{make(url='').pk}/open/").url == "/notices/"


@pytest.mark.parametrize("verb", ["open", "read"])
def test_notice_of_another_is_not_found_and_stays_unread(me, make, secretary, verb):
    theirs = make(recipient=secretary)

    assert me.post(f"/notices/{theirs.pk}/{verb}/").status_code == 404
    assert Notice.objects.get().read_at is None


def test_read_by_htmx_answers_the_notice_as_read(me, make):
    page = me.post(f"/notices/{make().pk}/read/", headers={"HX-Request": "true"}).content.decode()

    assert ("is-unread" in page, "Title HW-1" in page) == (False, True)


def test_read_without_htmx_leads_back(me, make):
    assert me.post(f"/notices/{make().pk}/read/").url == "/notices/"


def test_read_all_leaves_nothing_unread(me, make, now, time_machine):
    time_machine.move_to(now + timedelta(hours=1))
    make(1)
    make(2)

    me.post("/notices/read/")

    assert Notice.objects.filter(read_at=None).count() == 0


@pytest.fixture
def failed(make, server, now):
    notice = make(recipient=server)
    return Delivery.objects.create(
        notice=notice, channel="mail", state="failed", attempts=6, next_at=now, last_error="550 unknown"
    )


def test_deliveries_show_what_failed_and_why(client, manager, failed):
    client.force_login(manager)

    assert "550 unknown" in client.get("/deliveries/").content.decode()


def test_delivery_is_put_back_to_the_start(client, manager, failed):
    client.force_login(manager)

    client.post(f"/deliveries/{failed.pk}/retry/")

    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("pending", 0)


@pytest.fixture
def of_each_channel(make, server, manager, now):
    """A failed delivery of every kind, one of them of no notice and one whose browser is gone."""
    site, facts = server.site, {"service": "wecombot", "sealed": b"x", "created_at": now}
    own = Channel.objects.create(user=server, name="Own", hint="dingtalk://…88aa", created_by=server, **facts)
    group = Channel.objects.create(site=site, name="Pantry", hint="wecombot://…3f9a", created_by=manager, **facts)
    failed = {"state": "failed", "attempts": 6, "next_at": now}
    rows = [
        {"channel": "mail", "error_class": "refused", "last_error": "550 unknown"},
        {"channel": "chat", "target": own, "error_class": "not_allowed", "last_error": "not_allowed"},
        {"channel": "push", "error_class": "gone"},
    ]
    made = [Delivery.objects.create(notice=make(n, recipient=server), **row, **failed) for n, row in enumerate(rows)]
    made.append(Delivery.objects.create(channel="group", target=group, event="1", error_class="unreadable", **failed))
    return made


def test_deliveries_cope_with_every_channel(client, manager, of_each_channel):
    client.force_login(manager)

    lines = client.get("/deliveries/", headers={"Accept-Language": "en"}).context["lines"]

    assert [(line.recipient, line.address, line.why) for line in lines] == [
        ("Pantry", "wecombot://…3f9a", "stored address cannot be read"),
        ("Staff1", "", "browser no longer registered"),
        ("Staff1", "dingtalk://…88aa", "address not allowed"),
        ("Staff1", "", "refused: 550 unknown"),
    ]


def test_deliveries_of_another_site_are_not_there(client, stranger, of_each_channel):
    stranger.groups.set(Group.objects.filter(name="manager"))
    client.force_login(stranger)

    assert client.get("/deliveries/").context["lines"] == []
    assert client.post(f"/deliveries/{of_each_channel[-1].pk}/retry/").status_code == 404
    client.post("/deliveries/retry/")
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}


def test_deliveries_are_sent_again_all_at_once(client, manager, of_each_channel):
    client.force_login(manager)

    answer = client.post("/deliveries/retry/", {"back": "/operation/"}, follow=True, headers={"Accept-Language": "en"})

    assert "4 messages wait to be sent again." in answer.content.decode()
    assert set(Delivery.objects.values_list("state", "attempts", "error_class")) == {("pending", 0, "")}
    assert answer.redirect_chain == [("/operation/", 302)]


def test_deliveries_sent_again_with_nothing_failed_say_so(client, manager):
    client.force_login(manager)

    answer = client.post("/deliveries/retry/", follow=True, headers={"Accept-Language": "en"})

    assert "Nothing is left to send again." in answer.content.decode()


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", ""])
def test_delivery_sent_again_leads_to_no_other_host(client, manager, failed, back):
    client.force_login(manager)

    assert client.post(f"/deliveries/{failed.pk}/retry/", {"back": back}).url == "/deliveries/"


def test_deliveries_take_as_many_queries_for_four_as_for_one(client, manager, of_each_channel, query_count):
    client.force_login(manager)
    client.get("/deliveries/")
    four = query_count(lambda: client.get("/deliveries/"))
    Delivery.objects.exclude(channel="group").delete()

    assert query_count(lambda: client.get("/deliveries/")) == four
