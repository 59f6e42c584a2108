"""A person's own choice of how notices reach them: quiet hours, mail, chat addresses and browsers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from staff.channel_words import channel_lines
from staff.channels.addresses import SERVICES
from staff.channels.outcomes import Outcome
from staff.channels.push import public_key
from staff.errors import StaffError
from staff.forms import AddressForm, BrowserForm, BrowserNameForm, PreferencesForm
from staff.messages import OUTCOME_MESSAGES, STAFF_MESSAGES
from staff.permissions import can_change_channels
from staff.selectors import browsers_of, channels_of, preferences_of
from staff.services.channels import (
    add_own_channel,
    keep_preferences,
    register_browser,
    remove_browser,
    remove_channel,
    rename_browser,
)
from staff.services.trials import try_browser, try_channel, try_mail

Trial = Callable[[], Outcome]


@require_http_methods(["GET", "POST"])
@login_required
def my_notices(request: HttpRequest) -> HttpResponse:
    preferences = preferences_of(request.user)
    form = PreferencesForm(request.POST or None, preferences=preferences)
    if request.method == "POST" and form.is_valid():
        hours = {name: form.cleaned_data[name] for name in ("quiet_from", "quiet_until")}
        choices = {} if "usual" in request.POST else form.choices
        keep_preferences(person=request.user, choices=choices, now=timezone.now(), **hours)
        messages.success(request, _("Your choice is saved."))
        return redirect("staff:my_notices")
    return my_page(request, form=form)


@require_POST
@login_required
def add_chat(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST, auto_id="chat_%s")
    if form.is_valid() and form.chat_address:
        facts = {"name": form.cleaned_data["name"], "address": form.chat_address, "actor": request.user}
        try:
            add_own_channel(**facts, now=timezone.now())
        except StaffError as exc:
            form.add_error(None, refusal(exc))
        else:
            messages.success(request, _("The address is kept. Send a test to see whether it works."))
            return redirect("staff:my_notices")
    return my_page(request, chat_form=form)


@require_POST
@login_required
def remove_chat(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(channels_of(request.user), pk=pk)
    try:
        remove_channel(channel_id=channel.pk, actor=request.user, now=timezone.now())
    except StaffError as exc:
        messages.info(request, refusal(exc))
    else:
        messages.success(request, _("The address is removed."))
    return redirect("staff:my_notices")


@require_POST
@login_required
def test_chat(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(channels_of(request.user), pk=pk)
    facts = {"actor": request.user, "language": get_language(), "now": timezone.now()}
    tell_outcome(request, lambda: try_channel(channel_id=channel.pk, **facts))
    return redirect("staff:my_notices")


@require_POST
@login_required
def test_mail(request: HttpRequest) -> HttpResponse:
    facts = {"actor": request.user, "language": get_language(), "now": timezone.now()}
    tell_outcome(request, lambda: try_mail(**facts))
    return redirect("staff:my_notices")


@require_POST
@login_required
def add_browser(request: HttpRequest) -> HttpResponse:
    """Called by the page's own script, which shows what is said here and reads the page anew on success."""
    form = BrowserForm(request.POST)
    if not form.is_valid():
        return sentence(_("This browser gave no address that notices can be sent to."))
    facts = {"browser": form.browser, "label": form.cleaned_data["label"], "actor": request.user}
    try:
        register_browser(**facts, now=timezone.now())
    except StaffError as exc:
        return sentence(refusal(exc))
    messages.success(request, _("This browser is registered. Send a test to see whether it works."))
    return HttpResponse(status=204)


@require_POST
@login_required
def name_browser(request: HttpRequest, pk: int) -> HttpResponse:
    browser = get_object_or_404(browsers_of(request.user), pk=pk)
    form = BrowserNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A name has 1 to 60 characters."))
    elif rename_browser(browser_id=browser.pk, actor=request.user, label=form.cleaned_data["label"]):
        messages.success(request, _("The name is saved."))
    return redirect("staff:my_notices")


@require_POST
@login_required
def drop_browser(request: HttpRequest, pk: int) -> HttpResponse:
    browser = get_object_or_404(browsers_of(request.user), pk=pk)
    remove_browser(browser_id=browser.pk, actor=request.user, now=timezone.now())
    messages.success(request, _("The browser is removed."))
    return redirect("staff:my_notices")


@require_POST
@login_required
def test_browser(request: HttpRequest, pk: int) -> HttpResponse:
    browser = get_object_or_404(browsers_of(request.user), pk=pk)
    facts = {"actor": request.user, "language": get_language(), "now": timezone.now()}
    tell_outcome(request, lambda: try_browser(browser_id=browser.pk, **facts))
    return redirect("staff:my_notices")


def my_page(request: HttpRequest, **context: Any) -> HttpResponse:
    user = request.user
    is_wrong = any(form.errors for form in context.values())
    defaults = {
        "form": PreferencesForm(preferences=preferences_of(user)),
        "chat_form": AddressForm(auto_id="chat_%s"),
        "chats": channel_lines(channels_of(user), user.zone),
        "browsers": browsers_of(user),
        "services": list(dict.fromkeys(SERVICES.values())),
        "public_key": public_key(),
        "has_site_channels": can_change_channels(user) and user.site_id is not None,
    }
    status = 422 if is_wrong else 200
    return render(request, "staff/my_notices.html", defaults | context, status=status)


def tell_outcome(request: HttpRequest, trial: Trial) -> None:
    try:
        outcome = trial()
    except StaffError as exc:
        messages.warning(request, refusal(exc))
        return
    level = messages.SUCCESS if outcome == Outcome.SENT else messages.ERROR
    messages.add_message(request, level, str(OUTCOME_MESSAGES[outcome]))


def refusal(exc: StaffError) -> str:
    return str(STAFF_MESSAGES[exc.code] % exc.params)


def sentence(text: str) -> HttpResponse:
    return HttpResponse(text, status=422, content_type="text/plain; charset=utf-8")
