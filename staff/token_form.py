"""The form of a new API token: a name, what it may be used for, and until when."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.forms import bare_helper
from staff.models import Scope

DAYS = (("30", _("30 days")), ("90", _("90 days")), ("365", _("a year")), ("", _("until it is revoked")))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What for"),
        max_length=60,
        required=False,
        help_text=_("Such as the name of the program, to tell your tokens apart."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Scope,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one."),
            "invalid_choice": _("This is not one of the choices."),
            "invalid_list": _("This is not one of the choices."),
        },
    )
    days = forms.ChoiceField(
        label=_("Valid for"),
        choices=DAYS,
        required=False,
        error_messages={"invalid_choice": _("This is not one of the choices.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"scopes": [Scope.READ.value], "days": "90"}, **kwargs)
        self.helper = bare_helper()

    def facts(self, now: datetime) -> dict[str, Any]:
        days = self.cleaned_data["days"]
        expires_at = now + timedelta(days=int(days)) if days else None
        return {"name": self.cleaned_data["name"], "scopes": self.cleaned_data["scopes"], "expires_at": expires_at}
