"""Input of the bookings pages: cleaned and converted here, judged and stored by the services."""

from bookings.forms.decisions import AnswerForm, ClosureForm, OfferForm, ReasonForm, TextForm
from bookings.forms.inbox import InboxFilterForm
from bookings.forms.request import RequestForm
from bookings.forms.rows import AgendaFormSet, GuestFormSet

__all__ = [
    "AgendaFormSet",
    "AnswerForm",
    "ClosureForm",
    "GuestFormSet",
    "InboxFilterForm",
    "OfferForm",
    "ReasonForm",
    "RequestForm",
    "TextForm",
]
