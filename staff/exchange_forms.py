"""Input of the pages of swaps and open shifts."""

from datetime import datetime, timedelta
from typing import Any

from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rooms.dates import WITHIN_CALENDAR
from rooms.models import Site
from rooms.selectors import at_wall
from staff.forms import DateInput, TimeInput, bare_helper
from staff.models import Shift, User
from staff.models.exchange import MOST_PLACES
from staff.roles import DUTY_ROLES

DAY = timedelta(days=1)


class OfferForm(forms.Form):
    """To somebody, or to the whole team."""

    colleague = forms.ModelChoiceField(queryset=User.objects.none(), required=False)

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = colleagues


class AcceptForm(forms.Form):
    """For one of one's own, or for none."""

    given = forms.ModelChoiceField(queryset=Shift.objects.none(), required=False)

    def __init__(self, *args: Any, shifts: QuerySet[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["given"].queryset = shifts


class OpenShiftForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[(role.value, role.label) for role in DUTY_ROLES])
    on = forms.DateField(label=_("Date"), widget=DateInput(), validators=WITHIN_CALENDAR)
    begins = forms.TimeField(label=_("From"), widget=TimeInput(step=300))
    ends = forms.TimeField(
        label=_("Until"),
        widget=TimeInput(step=300),
        help_text=_("Earlier than the beginning: until that time of the next day."),
    )
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=MOST_PLACES, initial=1)
    is_on_call = forms.BooleanField(label=_("on call"), required=False)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        times = Div(Field("begins", wrapper_class="col-6"), Field("ends", wrapper_class="col-6"), css_class="row")
        self.helper = bare_helper(Layout("role", "on", times, "places", "is_on_call"))

    @property
    def facts(self) -> dict[str, Any]:
        start, end = self.span
        return {"start": start, "end": end} | {
            name: self.cleaned_data[name] for name in ("role", "places", "is_on_call")
        }

    @property
    def span(self) -> tuple[datetime, datetime]:
        on, begins, ends = (self.cleaned_data[name] for name in ("on", "begins", "ends"))
        return at_wall(self.site, on, begins), at_wall(self.site, on if ends > begins else on + DAY, ends)
