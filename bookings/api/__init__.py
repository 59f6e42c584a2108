"""Bookings in the HTTP API: the same services and the same permissions as the pages."""

from bookings.api.calls import router
from bookings.api.problems import booking_problem

__all__ = ["booking_problem", "router"]
