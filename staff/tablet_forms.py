"""Input about shared tablets: their names, the codes that make them, and PINs."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _, pgettext_lazy

from staff.forms import bare_helper
from staff.models import User
from staff.services.tablets import LENGTH, tidy_code

FEWEST, MOST = 4, 6
RUNS = ("0123456789", "9876543210")


def is_easy(pin: str) -> bool:
    """The first that anybody tries."""
    return len(set(pin)) == 1 or any(pin in run * 2 for run in RUNS)


class TabletForm(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=60,
        help_text=_("As it is called in the house, such as “Pantry tablet”."),
    )
    place = forms.CharField(
        label=_("Where it is kept"), max_length=60, required=False, help_text=_("Floor or room, such as 2F pantry.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20)

    def clean_code(self) -> str:
        code = tidy_code(self.cleaned_data["code"])
        if len(code) != LENGTH:
            raise ValidationError(_("A code has eight letters and digits."))
        return code


def pin_field(label: Any, **options: Any) -> forms.CharField:
    attrs = {"inputmode": "numeric", "autocomplete": "off", "class": "form-control num", "maxlength": MOST}
    widget = forms.PasswordInput(attrs=attrs)
    return forms.CharField(label=label, max_length=MOST, widget=widget, **options)


class PinForm(forms.Form):
    """What is typed at the lock; what can be no PIN is not counted as a try."""

    pin = pin_field(_("PIN"))

    def clean_pin(self) -> str:
        return digits(self.cleaned_data["pin"])


class NewPinForm(forms.Form):
    new_pin = pin_field(_("New PIN"), help_text=_("Four to six digits, not all alike and not in a row."))
    again = pin_field(_("The same once more"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper()

    def clean_new_pin(self) -> str:
        pin = digits(self.cleaned_data["new_pin"])
        if is_easy(pin):
            raise ValidationError(_("This PIN is the first that anybody would try. Please choose another."))
        return pin

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "new_pin" in data and "again" in data and data["new_pin"] != data["again"]:
            self.add_error("again", _("The two do not agree."))
        return data


class OwnPinForm(NewPinForm):
    """With the password: who finds a browser open must not take the tablet with it."""

    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    field_order = ("password", "new_pin", "again")

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="own", **kwargs)
        self.person = person

    def clean_password(self) -> str:
        if not self.person.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."))
        return ""


def digits(pin: str) -> str:
    if not re.fullmatch(rf"[0-9]{{{FEWEST},{MOST}}}", pin):
        raise ValidationError(_("A PIN has four to six digits."))
    return pin
