"""Pages of notices and of mail that did not arrive."""

from datetime import timedelta

import pytest

from staff import notice_texts
from staff.models import Delivery, Notice


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

    assert none.strip() == '<span class="count" id="unread" hidden>0</span>'
    assert one.strip() == '<span class="count" id="unread">1</span>'


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
