"""What the bar of the manager's day sends, cleaned."""

from django import forms
from django.utils.translation import gettext_lazy as _

from checklists.day_texts import DAY_MESSAGES
from checklists.services.days import REMARK_LONGEST


class DayForm(forms.Form):
    note = forms.CharField(
        label=_("Remark"),
        max_length=REMARK_LONGEST,
        required=False,
        error_messages={"max_length": DAY_MESSAGES["remark_too_long"]},
    )

    def fault(self) -> str:
        """The one thing that can be wrong, in words."""
        return "" if self.is_valid() else str(self.errors["note"][0])


class PersonForm(forms.Form):
    user = forms.IntegerField(min_value=1, max_value=2**31 - 1)
