"""Spot checks of service under way: made by a manager on the tablet or a phone."""

from django.http import Http404, HttpRequest, HttpResponse


def spot_check(request: HttpRequest, ref: str) -> HttpResponse:
    raise Http404
