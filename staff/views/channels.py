"""The chat rooms of a site: added, changed, tested and removed by those who lead."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rooms.models import Site
from rooms.selectors import sites_visible_to
from staff.channel_words import channel_lines
from staff.channels.addresses import SERVICES
from staff.errors import StaffError
from staff.forms import SiteChannelForm
from staff.models import Channel
from staff.permissions import can_change_channels
from staff.selectors import site_channels_visible_to
from staff.services.channels import add_site_channel, change_site_channel, remove_channel
from staff.services.trials import try_channel
from staff.views.my_notices import refusal, tell_outcome
from staff.views.shifts import site_or_404


@require_GET
@login_required
def channels(request: HttpRequest) -> HttpResponse:
    if not can_change_channels(request.user):
        raise PermissionDenied
    site = site_or_404(request)
    return channels_page(request, site, SiteChannelForm(initial={"language": get_language()}))


@require_POST
@login_required
def create(request: HttpRequest) -> HttpResponse:
    if not can_change_channels(request.user):
        raise PermissionDenied
    site, form = site_or_404(request), SiteChannelForm(request.POST)
    if form.is_valid():
        try:
            add_site_channel(site=site, **form.fields_of_room, actor=request.user, now=timezone.now())
        except StaffError as exc:
            form.add_error(None, refusal(exc))
        else:
            messages.success(request, _("The chat room is added. Send a test to see whether it works."))
            return redirect(list_of(site))
    return channels_page(request, site, form)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    channel = channel_or_404(request, pk)
    form = SiteChannelForm(request.POST or None, channel=channel)
    if request.method == "POST" and form.is_valid():
        facts = {"channel_id": channel.pk, "actor": request.user, "now": timezone.now()}
        try:
            change_site_channel(**form.fields_of_room, **facts)
        except StaffError as exc:
            messages.info(request, refusal(exc))
        else:
            messages.success(request, _("The chat room is changed."))
        return redirect(list_of(channel.site))
    status = 422 if form.errors else 200
    context = {"channel": channel, "form": form, "list_url": list_of(channel.site)}
    return render(request, "staff/channel.html", context, status=status)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    channel = channel_or_404(request, pk)
    try:
        remove_channel(channel_id=channel.pk, actor=request.user, now=timezone.now())
    except StaffError as exc:
        messages.info(request, refusal(exc))
    else:
        messages.success(request, _("The chat room is removed."))
    return redirect(list_of(channel.site))


@require_POST
@login_required
def test(request: HttpRequest, pk: int) -> HttpResponse:
    channel = channel_or_404(request, pk)
    facts = {"actor": request.user, "language": get_language(), "now": timezone.now()}
    tell_outcome(request, lambda: try_channel(channel_id=channel.pk, **facts))
    return redirect(list_of(channel.site))


def channel_or_404(request: HttpRequest, pk: int) -> Channel:
    channels = site_channels_visible_to(request.user)
    channel = get_object_or_404(channels, pk=pk)
    if not can_change_channels(request.user):
        raise PermissionDenied
    return channel


def channels_page(request: HttpRequest, site: Site, form: SiteChannelForm) -> HttpResponse:
    context = {
        "site": site,
        "sites": sites_visible_to(request.user),
        "lines": channel_lines(Channel.objects.filter(site=site).defer("sealed"), request.user.zone),
        "form": form,
        "services": list(dict.fromkeys(SERVICES.values())),
    }
    return render(request, "staff/channels.html", context, status=422 if form.errors else 200)


def list_of(site: Site | None) -> str:
    return f"{reverse('staff:channels')}?site={site.code if site else ''}"
