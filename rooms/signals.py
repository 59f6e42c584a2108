"""News from rooms to the apps above, sent inside the transaction: a receiver that raises undoes the change."""

from django.dispatch import Signal

# Carries `room` (with its new spaces), `before` and `after` (sets of space ids) and `now`. Whoever holds a room by its
# spaces must refuse this while something is held ahead, or what is held would no longer cover what it stands for.
spaces_changed = Signal()

# The stock of a supply fell below its reorder level; carries `supply`, `movement`, `on_hand` and `now`.
supply_low = Signal()

# A site is made; carries `site` and `now`. Apps above give it what a site begins with.
site_created = Signal()
