"""Pages that ask every second how far a worker is."""

from datetime import timedelta

from django.http import HttpResponse

# Htmx ends asking at this status.
STOP_POLLING = 286
# A worker that runs takes up what waits within seconds.
STUCK_AFTER = timedelta(seconds=30)


def page_anew() -> HttpResponse:
    """What was waited for is there: the page that waited shows it all."""
    return HttpResponse(status=STOP_POLLING, headers={"HX-Refresh": "true"})
