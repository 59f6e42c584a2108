"""The session of a person at a shared tablet: bound to it, and over when nobody has touched it for a while."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse

from staff.models import Pin, SharedTablet, User
from staff.permissions import can_open_tablet

COOKIE = "tablet"
BACKEND = "staff.backends.PeopleBackend"
# As long as browsers keep a cookie; it is given anew with every sign-in.
COOKIE_AGE = timedelta(days=400)
BOUND, SEEN, BEGUN = "tablet", "tablet_seen", "tablet_begun"
LONGEST = timedelta(hours=14)
# The page locks itself on time; what reaches the server is a little behind.
LEEWAY = timedelta(seconds=15)
SEEN_RESOLUTION = timedelta(seconds=5)


class TabletRequest(HttpRequest):
    """With what the middleware of shared tablets says of it."""

    shared_tablet: SharedTablet | None
    is_shut_out: bool


def begin_at_tablet(request: HttpRequest, person: User, tablet: SharedTablet, now: datetime) -> None:
    # Nothing of whoever was here before goes over.
    request.session.flush()
    login(request, person, backend=BACKEND)
    request.session[BOUND] = tablet.pk
    request.session[SEEN] = request.session[BEGUN] = now.timestamp()
    request.session.set_expiry(LONGEST)


def end_session(request: HttpRequest) -> None:
    logout(request)


def is_bound(request: HttpRequest) -> bool:
    return BOUND in request.session


def may_stay(request: HttpRequest, tablet: SharedTablet | None, now: datetime) -> bool:
    """Whether the signed-in person may go on at this device; one without a tablet's session always may."""
    bound = request.session.get(BOUND)
    if tablet is None:
        return bound is None
    if not request.user.is_authenticated:
        return True
    if bound != tablet.pk or is_idle(request, tablet, now):
        return False
    return can_open_tablet(request.user, tablet.site_id) and has_pin_of_old(request)


def has_pin_of_old(request: HttpRequest) -> bool:
    """A PIN changed since, perhaps because somebody else knew it, ends what was opened with the one before."""
    set_at = Pin.objects.filter(user=request.user.pk).values_list("set_at", flat=True).first()
    return set_at is not None and set_at.timestamp() <= request.session.get(BEGUN, 0)


def is_idle(request: HttpRequest, tablet: SharedTablet, now: datetime) -> bool:
    return unseen(request, now) > timedelta(minutes=tablet.site.tablet_idle_minutes) + LEEWAY


def touch(request: HttpRequest, now: datetime) -> None:
    if unseen(request, now) >= SEEN_RESOLUTION:
        request.session[SEEN] = now.timestamp()


def unseen(request: HttpRequest, now: datetime) -> timedelta:
    return timedelta(seconds=now.timestamp() - request.session.get(SEEN, 0))


def keep_key(response: HttpResponse, key: str) -> None:
    response.set_cookie(
        COOKIE,
        key,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget_key(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")
