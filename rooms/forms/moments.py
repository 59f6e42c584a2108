"""Moments that pages and tablets send in full, with their offset."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rooms.dates import moment_in


class InstantField(forms.CharField):
    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        moment = moment_in(text)
        if moment is None:
            raise forms.ValidationError(_("This is not a moment in time."))
        return moment


class MomentField(forms.CharField):
    """A moment where there is one to be read; a device with a broken clock must still be able to tick."""

    def clean(self, value: Any) -> datetime | None:
        return moment_in(super().clean(value))
