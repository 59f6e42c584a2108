"""Signed survey links: they open one survey without sign-in and lapse by themselves."""

from datetime import timedelta

from django.core import signing

SALT = "feedback.survey"
VALID_FOR = timedelta(days=30)


def survey_token(survey_id: int) -> str:
    return signing.dumps(survey_id, salt=SALT)


def survey_id_of(token: str) -> int | None:
    """The survey a token opens, or None when it is forged, mangled or older than `VALID_FOR`."""
    try:
        return int(signing.loads(token, salt=SALT, max_age=VALID_FOR))
    except (signing.BadSignature, ValueError, TypeError):
        return None
