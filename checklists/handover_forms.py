"""What is typed and tapped when a shift is handed over, cleaned."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.messages import CHECKLIST_MESSAGES
from checklists.models.handover import NOTE_LONGEST
from checklists.on_demand_forms import area
from checklists.selectors.handovers import Colleague


class HandoverForm(forms.Form):
    """The colleagues to choose from are drawn by the page, which says who is on shift."""

    receiver = forms.TypedChoiceField(
        label=_("To whom"),
        coerce=int,
        error_messages=dict.fromkeys(("required", "invalid_choice"), CHECKLIST_MESSAGES["handover_person"]),
    )
    note = forms.CharField(
        label=_("What to watch"), max_length=NOTE_LONGEST, required=False, widget=area(3), strip=True
    )

    def __init__(self, *args: Any, colleagues: Iterable[Colleague], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = [(each.user.pk, each.user.get_full_name()) for each in colleagues]


class HandoverAnswerForm(forms.Form):
    act = forms.ChoiceField(choices=[("confirm", _("Confirm")), ("refuse", _("Refuse")), ("withdraw", _("Withdraw"))])
    reason = forms.CharField(label=_("Why not"), max_length=NOTE_LONGEST, required=False, widget=area(2))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("act") == "refuse" and not data.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Please say why, so that somebody else can be found."))
        return data


class SentAnswerForm(HandoverAnswerForm):
    """The same from a tablet that kept it, with the hand-over it is about."""

    handover = forms.IntegerField(min_value=1, max_value=2**63 - 1)
