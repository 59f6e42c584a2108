"""A series saved as a draft from its form or its preview, gone on with later, and sent once."""

from datetime import timedelta

import pytest

from bookings.errors import BookingError
from bookings.models import Booking, BookingPolicy, Series, SeriesDraft
from bookings.services.series import save_draft
from bookings.services.series.drafts import MOST_DRAFTS
from staff.models import Notice
from staff.roles import Role
from tests import factories
from tests.bookings.pages import GUEST, field_value, filled, text_of
from tests.bookings.series import REPEATS, TUESDAYS, weekly

NEW, PREVIEW, MINE = "/bookings/new/", "/bookings/new/series/", "/bookings/mine/"


@pytest.fixture
def save(browser, room_108):
    """A draft saved from the form, or with `chosen` from the preview."""

    def make(**fields):
        page = PREVIEW if "chosen" in fields else NEW
        answer = browser.post(page, filled(room_108, **(REPEATS | fields | {"draft": "1"})))
        assert answer.url == MINE
        return SeriesDraft.objects.latest("pk")

    return make


def test_draft_is_kept_and_nothing_is_asked_for(browser, save, applicant, secretary):
    draft = save()

    assert (draft.applicant, draft.title, draft.starts_on) == (applicant, "季度会", TUESDAYS[0])
    assert (Booking.objects.count(), Series.objects.count(), Notice.objects.count()) == (0, 0, 0)
    words = text_of(browser.get(MINE))
    assert "Series not sent yet 1" in words
    assert "季度会" in words


def test_draft_opens_with_everything_that_was_filled_in(browser, save, room_108):
    draft = save(times="7", purpose="审计", more_dates="2027-02-02", **GUEST)

    page = browser.get(draft.get_absolute_url())

    content = page.content.decode()
    assert page.status_code == 200
    assert field_value(page, "times") == "7"
    assert field_value(page, "guests-0-name") == "杜邦"
    assert field_value(page, "series_draft") == str(draft.pk)
    assert "审计" in content
    assert "2027-02-02" in content
    # It is sent where a new request is: the draft's own address only shows it.
    assert f'<form method="post" action="{NEW}" id="request-form"' in content


def test_draft_of_the_preview_opens_there_with_its_choices(browser, save, rooms, take):
    take(TUESDAYS[1])
    take(TUESDAYS[2])
    chosen = {"date-2026-12-01": "wait", "date-2026-12-08": f"{rooms[1].pk}:0", "left_out": "2026-12-15"}
    draft = save(chosen="1", **chosen)

    page = browser.get(draft.get_absolute_url())

    content = page.content.decode()
    assert "New series: every date" in text_of(page)
    assert 'name="date-2026-12-01" value="wait" checked' in content
    assert f'name="date-2026-12-08" value="{rooms[1].pk}:0" checked' in content
    assert 'name="left_out" value="2026-12-15" checked' in content
    assert f'name="series_draft" hidden>\n{draft.pk}<' in content


def test_draft_saved_again_is_the_same_one(save):
    draft = save()

    again = save(series_draft=str(draft.pk), title="周会")

    assert (again.pk, SeriesDraft.objects.count(), again.title) == (draft.pk, 1, "周会")


def test_draft_sent_is_gone(browser, save, room_108):
    draft = save()

    browser.post(PREVIEW, filled(room_108, **REPEATS, confirm="1", series_draft=str(draft.pk)))

    assert (Series.objects.count(), SeriesDraft.objects.count()) == (1, 0)


def test_draft_that_cannot_be_sent_stays(browser, save, room_108, take):
    draft = save()
    take(TUESDAYS[1])

    page = browser.post(PREVIEW, filled(room_108, **REPEATS, confirm="1", series_draft=str(draft.pk)))

    assert page.status_code == 409
    assert f'name="series_draft" hidden>\n{draft.pk}<' in page.content.decode()
    assert (Series.objects.count(), SeriesDraft.objects.count()) == (0, 1)


def test_draft_sent_twice_makes_one_series_and_says_so(browser, save, room_108):
    draft = save()
    sent = filled(room_108, **REPEATS, confirm="1", series_draft=str(draft.pk))
    browser.post(PREVIEW, sent)

    page = browser.post(PREVIEW, sent)

    assert page.status_code == 409
    assert "This draft was sent or thrown away meanwhile." in text_of(page)
    assert Series.objects.count() == 1
    # Knowing it, one more click asks for another.
    assert 'name="series_draft"' not in page.content.decode()


def test_draft_sent_as_a_single_request_is_gone(browser, save, room_108):
    draft = save()

    browser.post(NEW, filled(room_108, series_draft=str(draft.pk)))

    assert (Booking.objects.count(), SeriesDraft.objects.count()) == (1, 0)


def test_draft_beyond_the_policy_is_kept_and_asked_for_the_reason_when_sent(browser, save, room_108, site):
    BookingPolicy.objects.create(site=site, furthest_days=10)
    draft = save()

    page = browser.post(NEW, filled(room_108, **REPEATS, series_draft=str(draft.pk)))

    assert page.status_code == 422
    assert field_value(page, "series_draft") == str(draft.pk)


def test_draft_with_a_fault_is_not_kept_and_nothing_is_lost(browser, room_108):
    page = browser.post(NEW, filled(room_108, **(REPEATS | {"times": ""}), draft="1", purpose="审计"))

    assert page.status_code == 422
    assert "Please say until when it repeats" in text_of(page)
    assert "审计" in page.content.decode()
    assert SeriesDraft.objects.count() == 0


def test_draft_whose_first_date_is_past_opens_as_a_form_with_what_is_wrong(browser, save, now, time_machine):
    draft = save(chosen="1")
    time_machine.move_to(now + timedelta(days=3), tick=False)
    browser.force_login(draft.applicant)

    page = browser.get(draft.get_absolute_url())

    assert page.status_code == 200
    assert "This time is already past." in text_of(page)


def test_draft_keeps_no_field_that_the_form_does_not_know(save):
    draft = save(junk="x" * 5000, csrfmiddlewaretoken="secret", purpose="a", next="https://example.com")

    assert not {"junk", "csrfmiddlewaretoken", "next", "draft"} & draft.fields.keys()


def test_draft_with_a_character_that_cannot_be_stored_is_refused_or_left_out(browser, room_108):
    fields = REPEATS | {"date-2026-12-01": "\x00", "left_out": "\x00"}

    answer = browser.post(NEW, filled(room_108, **fields, draft="1"))

    assert answer.status_code == 302
    assert not {"date-2026-12-01", "left_out"} & SeriesDraft.objects.get().fields.keys()


def test_draft_of_somebody_else_is_not_there(client, save, site, room_108):
    draft = save()
    other = factories.make_user("other", Role.APPLICANT, site=site)
    client.force_login(other)

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.post(f"{draft.get_absolute_url()}discard/").status_code == 404
    # Sending or saving over it neither takes nor tells of it.
    client.post(NEW, filled(room_108, **REPEATS, draft="1", series_draft=str(draft.pk)))
    assert set(SeriesDraft.objects.values_list("applicant", flat=True)) == {draft.applicant_id, other.pk}
    assert client.post(PREVIEW, filled(room_108, **REPEATS, confirm="1", series_draft=str(draft.pk))).status_code == 409
    assert SeriesDraft.objects.filter(pk=draft.pk).exists()


def test_draft_is_thrown_away(browser, save):
    draft = save()

    assert browser.post(f"{draft.get_absolute_url()}discard/").url == MINE
    assert SeriesDraft.objects.count() == 0


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30, ""])
def test_odd_number_of_a_draft_makes_a_new_one_or_none(browser, room_108, number):
    answer = browser.post(NEW, filled(room_108, **REPEATS, draft="1", series_draft=number))

    assert answer.url == MINE
    assert SeriesDraft.objects.count() == 1


def test_so_many_drafts_are_enough(ask, site, applicant, now):
    def keep():
        terms = {"site": site, "title": "x", "starts_on": TUESDAYS[0], "fields": {}}
        return save_draft(actor=applicant, now=now, **terms)

    for _number in range(MOST_DRAFTS):
        keep()

    with pytest.raises(BookingError) as caught:
        keep()
    assert caught.value.code == "too_many_drafts"
    assert Series.objects.count() == 0


def test_mine_asks_as_much_for_many_drafts_as_for_one(browser, save, query_count):
    save()
    browser.get(MINE)
    one = query_count(lambda: browser.get(MINE))
    save()
    save()

    assert query_count(lambda: browser.get(MINE)) == one


def test_service_sends_a_draft_once(ask, save, data, applicant, now):
    draft = save()

    ask(weekly(2), draft_id=draft.pk)

    with pytest.raises(BookingError) as caught:
        ask(weekly(2), draft_id=draft.pk)
    assert (caught.value.code, Series.objects.count()) == ("draft_gone", 1)
