"""The record of a person."""

from django.http import Http404, HttpRequest, HttpResponse


def person_record(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404


def my_record(request: HttpRequest) -> HttpResponse:
    raise Http404
