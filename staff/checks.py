"""What must hold of settings and texts before the product starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from staff.languages import NATIVE_NAMES
from staff.notice_texts import registered_codes, sample


@register()
def languages_are_known(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """Texts of the domain have a column for each language; another language would have none."""
    unknown = [code for code, _name in settings.LANGUAGES if code not in NATIVE_NAMES]
    if not unknown:
        return []
    hint = "Keep to zh-hans, zh-hant and en, or add columns and a native name."
    return [Error(f"LANGUAGES names {', '.join(unknown)}", hint=hint, id="staff.E001")]


@register()
def moments_are_aware(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    errors: list[CheckMessage] = []
    if not settings.USE_TZ:
        errors.append(Error("USE_TZ is off", hint="Instants are stored in UTC.", id="staff.E002"))
    if settings.CELERY_TIMEZONE != "UTC":
        hint = "Pulses in local time stumble over clock changes."
        errors.append(Error("CELERY_TIMEZONE is not UTC", hint=hint, id="staff.E003"))
    return errors


@register()
def notice_texts_can_be_filled(app_configs: Any, **_kwargs: Any) -> list[CheckMessage]:
    """A stray percent sign in a text would break the page of everyone who got that notice."""
    errors: list[CheckMessage] = []
    for code in registered_codes():
        try:
            sample(code)
        except (TypeError, ValueError) as exc:
            errors.append(Error(f"the notice {code!r} cannot be filled in: {exc}", id="staff.E004"))
    return errors
