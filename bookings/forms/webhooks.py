"""The address of another system, and what it is to be told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.forms.tools import NEEDED, text_field
from bookings.messages import WEBHOOK_MESSAGES
from bookings.models import Webhook
from bookings.webhook_events import EVENTS
from bookings.webhook_sending import LONGEST_URL, UrlError, checked_url
from rooms.models import Site

CHOICE = {**NEEDED, "invalid_choice": _("This is not one of the choices."), "invalid_list": _("Choose at least one.")}


class WebhookForm(forms.Form):
    site = forms.ModelChoiceField(Site.objects.all(), label=_("Site"), error_messages=CHOICE)
    name = text_field(_("What for"), limit=60)
    url = text_field(_("Address"), limit=LONGEST_URL, help_text=_("Begins with https://. It is shown no more later."))
    events = forms.MultipleChoiceField(
        label=_("It is told of"),
        choices=list(EVENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={**CHOICE, "required": _("Choose at least one.")},
    )
    is_active = forms.BooleanField(label=_("Send to it"), required=False, initial=True)

    def __init__(self, *args: Any, webhook: Webhook | None = None, **kwargs: Any) -> None:
        if webhook:
            facts = {"name": webhook.name, "events": webhook.events, "is_active": webhook.is_active}
            kwargs["initial"] = facts
        super().__init__(*args, **kwargs)
        if webhook:
            del self.fields["site"]
            self.fields["url"].required = False
            self.fields["url"].label = _("New address")
            self.fields["url"].help_text = _("Left empty, it stays as it is.")
        else:
            del self.fields["is_active"]

    def clean_url(self) -> str:
        self.host = ""
        if not self.cleaned_data["url"]:
            return ""
        try:
            url, self.host = checked_url(self.cleaned_data["url"])
        except UrlError as error:
            raise forms.ValidationError(WEBHOOK_MESSAGES[error.code]) from error
        return url

    @property
    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "host": self.host}
