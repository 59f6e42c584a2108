"""The verbs of a series: one transaction, one decision and one notice for all of its dates."""

from bookings.services.series.cancelling import cancel_dates
from bookings.services.series.changes import Scope, SeriesChange, change_series
from bookings.services.series.decisions import answer_series, approve_series, decline_series, question_series
from bookings.services.series.drafts import discard_draft, save_draft
from bookings.services.series.planning import Instead, Planned, occurrences_of, plan_date
from bookings.services.series.request import request_series

__all__ = [
    "Instead",
    "Planned",
    "Scope",
    "SeriesChange",
    "answer_series",
    "approve_series",
    "cancel_dates",
    "change_series",
    "decline_series",
    "discard_draft",
    "occurrences_of",
    "plan_date",
    "question_series",
    "request_series",
    "save_draft",
]
