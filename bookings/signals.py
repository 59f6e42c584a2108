"""News from bookings to the apps above; sent inside the transaction, so a receiver that raises undoes the change.

Every signal carries `booking`, `actor` and `now`; `booking_changed` also carries `changes`, the stored difference.
For dates of a series decided together each booking has its own signal, with `is_one_of_many`.
"""

from django.dispatch import Signal

booking_approved = Signal()
booking_changed = Signal()
# The room is given back: cancelled, or approval reopened by a change of substance.
booking_released = Signal()
# A verb has been committed; carries only `now`. Whatever it gave back may be what somebody waits for.
verb_done = Signal()
meeting_started = Signal()
meeting_extended = Signal()
meeting_ended = Signal()
