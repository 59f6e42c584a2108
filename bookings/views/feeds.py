"""Calendars under secret addresses, and the page where a person makes and revokes their own."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from bookings.errors import BookingError
from bookings.feeds import entries_of, kinds, may_have
from bookings.forms.feeds import FeedForm
from bookings.ical import calendar_text
from bookings.messages import error_text
from bookings.models import CalendarFeed
from bookings.selectors.feeds import feeds_of
from bookings.services.feeds import feed_of_token, make_feed, renew_feed, revoke_feed, token_of
from staff.models import User

Kind = CalendarFeed.Kind


@dataclass(frozen=True)
class FeedLine:
    feed: CalendarFeed
    name: str
    url: str

    @property
    def subscribe_url(self) -> str:
        """What a calendar program takes over by itself."""
        return f"webcal:{self.url.partition(':')[2]}" if self.url else ""


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Read by programs without a sign-in: the address is the permission, and its owner's rights the limit."""
    now = timezone.now()
    row = feed_of_token(token, now)
    if row is None or not may_have(row.user, row):
        raise Http404
    body, changed_at = text_of(row, now)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="huiwu.ics"'
    # A program may keep it, but asks each time whether it is still so.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    response["Last-Modified"] = http_date(changed_at.timestamp())
    return get_conditional_response(request, etag=etag, response=response) or response


def text_of(row: CalendarFeed, now: datetime) -> tuple[bytes, datetime]:
    with translation.override(row.user.language or settings.LANGUAGE_CODE):
        entries = list(entries_of(row, now))
        body = calendar_text(entries, name=name_of(row))
    return body, max((entry.changed_at for entry in entries), default=row.created_at)


def name_of(row: CalendarFeed) -> str:
    house = _("Huiwu")
    if row.room:
        return f"{house} · {row.room.label}"
    if row.site:
        return f"{house} · {row.site} · {row.get_role_display()}"
    return f"{house} · {row.get_kind_display()}"


@require_GET
@login_required
def feeds(request: HttpRequest) -> HttpResponse:
    return feeds_page(request, FeedForm(user=request.user))


@require_POST
@login_required
def create(request: HttpRequest) -> HttpResponse:
    form = FeedForm(request.POST, user=request.user)
    if not form.is_valid():
        return feeds_page(request, form, status=422)
    try:
        row = make_feed(user=request.user, now=timezone.now(), **form.what)
    except BookingError as error:
        form.add_error(None, error_text(error))
        return feeds_page(request, form, status=422)
    messages.success(request, _("The calendar is ready: copy its address into your calendar program."))
    return redirect(f"{reverse('bookings:feeds')}#feed-{row.pk}")


@require_POST
@login_required
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    if renew_feed(feed_id=pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("The calendar has a new address. The old one no longer works."))
    return redirect("bookings:feeds")


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    if revoke_feed(feed_id=pk, actor=request.user, now=timezone.now()):
        messages.success(request, _("The calendar is revoked. Its address no longer works."))
    return redirect("bookings:feeds")


def feeds_page(request: HttpRequest, form: FeedForm, *, status: int = 200) -> HttpResponse:
    rows = list(feeds_of(request.user))
    response = render(request, "bookings/feeds.html", page_context(request.user, rows, form), status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def page_context(user: User, rows: list[CalendarFeed], form: FeedForm) -> dict[str, Any]:
    standing = {row.kind for row in rows}
    own = [kind for kind in (Kind.PERSON, Kind.SERVICE) if kind.value in kinds() and kind.value not in standing]
    return {
        "lines": [FeedLine(row, name_of(row), url_of(row)) for row in rows],
        "own": [kind for kind in own if may_have(user, CalendarFeed(user=user, kind=kind))],
        "form": form,
        "is_local": urlsplit(settings.SITE_URL).hostname in {"127.0.0.1", "localhost"},
    }


def url_of(row: CalendarFeed) -> str:
    token = token_of(row)
    return settings.SITE_URL.rstrip("/") + reverse("bookings:feed", args=[token]) if token else ""
