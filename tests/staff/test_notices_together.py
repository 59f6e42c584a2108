"""Many notices written at once."""

import pytest

from staff.models import Notice
from staff.services.notices import Draft, notify, notify_all


def draft(user, key, code="booking_approved"):
    return Draft(recipient=user, code=code, params={"ref": key}, url="/", key=key)


def test_notify_all_writes_each_draft_and_answers_by_key(applicant, secretary, now):
    notices = notify_all(drafts=[draft(applicant, "a"), draft(secretary, "b")], now=now)

    assert {key: notice.recipient for key, notice in notices.items()} == {"a": applicant, "b": secretary}
    assert set(Notice.objects.values_list("key", "created_at")) == {("a", now), ("b", now)}


def test_notify_all_leaves_a_known_key_as_it_is(applicant, now):
    first = notify(recipient=applicant, code="booking_declined", params={}, url="/", key="a", now=now)

    notices = notify_all(drafts=[draft(applicant, "a"), draft(applicant, "b")], now=now)

    assert notices["a"] == first
    assert Notice.objects.get(key="a").code == "booking_declined"
    assert Notice.objects.count() == 2


def test_notify_all_takes_the_same_statements_for_more(applicant, now, query_count):
    one = query_count(lambda: notify_all(drafts=[draft(applicant, "a")], now=now))

    assert query_count(lambda: notify_all(drafts=[draft(applicant, key) for key in "bcd"], now=now)) == one


def test_notify_all_without_a_registered_text_is_refused(applicant, now):
    with pytest.raises(LookupError, match="nonsense"):
        notify_all(drafts=[draft(applicant, "a", code="nonsense")], now=now)
