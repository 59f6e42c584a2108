"""News from bookings: each receiver is one call of a service of this app."""
