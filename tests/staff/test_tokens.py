"""API tokens: shown once, stored as a digest, revocable."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from staff.models import ApiToken
from staff.services.tokens import issue_token, revoke_token, user_of_token


def test_issue_token_stores_only_a_digest(applicant, now):
    token = issue_token(applicant, now)

    stored = ApiToken.objects.get()
    assert (token in stored.digest, len(stored.digest), stored.user) == (False, 64, applicant)
    assert token.startswith("huiwu_")


def test_user_of_token_known_gives_its_person(applicant, secretary, now):
    token = issue_token(applicant, now)
    issue_token(secretary, now)

    assert user_of_token(token, now) == applicant


@pytest.mark.parametrize("change", ["x", ""])
def test_user_of_token_altered_gives_nobody(applicant, now, change):
    token = issue_token(applicant, now)

    assert user_of_token(token[:-1] + change, now) is None


def test_user_of_token_revoked_gives_nobody(applicant, now):
    token = issue_token(applicant, now)

    assert revoke_token(token_id=ApiToken.objects.get().pk, actor=applicant, now=now) is True
    assert user_of_token(token, now) is None


def test_user_of_token_of_someone_who_left_gives_nobody(applicant, now):
    token = issue_token(applicant, now)
    applicant.is_active = False
    applicant.save()

    assert user_of_token(token, now) is None


def test_user_of_token_past_its_day_gives_nobody(applicant, now):
    token = issue_token(applicant, now, expires_at=now + timedelta(days=1))

    before, then = now + timedelta(hours=23), now + timedelta(days=1)
    assert (user_of_token(token, before), user_of_token(token, then)) == (applicant, None)


def test_issue_token_without_a_choice_may_do_everything_for_ever(applicant, now):
    issue_token(applicant, now)

    token = ApiToken.objects.get()
    assert (token.scopes, token.expires_at) == (["read", "bookings", "decide", "steps"], None)


def test_revoke_token_of_another_changes_nothing(applicant, secretary, now):
    issue_token(applicant, now)

    assert revoke_token(token_id=ApiToken.objects.get().pk, actor=secretary, now=now) is False
    assert ApiToken.objects.get().revoked_at is None


def test_user_of_token_records_its_use_once_a_minute(applicant, now, query_count):
    token = issue_token(applicant, now)

    first = query_count(lambda: user_of_token(token, now))
    soon = query_count(lambda: user_of_token(token, now + timedelta(seconds=59)))
    user_of_token(token, now + timedelta(seconds=60))

    assert (first, soon) == (2, 1)
    assert ApiToken.objects.get().last_used_at == now + timedelta(seconds=60)


def test_token_command_prints_a_token_that_works(applicant, now):
    out = StringIO()

    call_command("token", "applicant", stdout=out)

    assert user_of_token(out.getvalue().strip(), now) == applicant


def test_token_command_for_nobody_says_so(db):
    with pytest.raises(CommandError, match="There is no active user “nobody”"):
        call_command("token", "nobody")
