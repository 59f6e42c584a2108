"""Bookings in the HTTP API: the same services and the same permissions as the pages."""

from bookings.api.calls import router
from bookings.api.problems import booking_problem
from bookings.api.series import router as series_router
from bookings.api.waiting import router as waiting_router

router.add_router("", series_router)
router.add_router("", waiting_router)

__all__ = ["booking_problem", "router"]
