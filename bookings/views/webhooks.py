"""Webhooks for administrators: added, changed, tested, and what became of their last deliveries."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bookings.errors import BookingError
from bookings.forms.webhooks import WebhookForm
from bookings.messages import WEBHOOK_OUTCOMES, error_text
from bookings.models import Webhook, WebhookDelivery
from bookings.permissions import can_manage_webhooks
from bookings.selectors.webhooks import deliveries_of, webhooks_with_state
from bookings.services.webhook_outbox import deliver_now, retry_delivery
from bookings.services.webhooks import add_webhook, change_webhook, queue_test, remove_webhook, renew_secret
from bookings.webhook_events import EVENTS
from staff.channels.outcomes import Outcome

GET_AND_POST = require_http_methods(["GET", "POST"])


@login_required
@GET_AND_POST
def webhooks(request: HttpRequest) -> HttpResponse:
    refuse_others(request)
    sent = request.POST if request.method == "POST" else None
    form = WebhookForm(sent, initial={"site": request.user.site_id, "events": list(EVENTS)})
    if sent is not None and form.is_valid():
        try:
            webhook, secret = add_webhook(**form.facts, actor=request.user, now=timezone.now())
        except BookingError as error:
            form.add_error(None, error_text(error))
        else:
            return webhook_page(request, webhook, secret=secret)
    context = {"webhooks": webhooks_with_state(), "form": form}
    return render(request, "bookings/webhooks.html", context, status=422 if form.errors else 200)


@login_required
@GET_AND_POST
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    row = webhook_or_404(request, pk)
    if request.method == "GET":
        return webhook_page(request, row)
    form = WebhookForm(request.POST, webhook=row)
    if not form.is_valid():
        return webhook_page(request, row, form=form, status=422)
    change_webhook(webhook_id=row.pk, **form.facts, actor=request.user, now=timezone.now())
    messages.success(request, _("The webhook is changed."))
    return redirect("bookings:webhook", row.pk)


@login_required
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = webhook_or_404(request, pk), timezone.now()
    answer = deliver_now(delivery_id=queue_test(webhook=row, now=now).pk, now=now)
    if answer and answer.outcome == Outcome.SENT:
        messages.success(request, _("The other side took the test."))
    else:
        messages.error(request, WEBHOOK_OUTCOMES[answer.outcome if answer else Outcome.OTHER])
    return redirect("bookings:webhook", row.pk)


@login_required
@require_POST
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    row = webhook_or_404(request, pk)
    return webhook_page(request, row, secret=renew_secret(webhook_id=row.pk, actor=request.user, now=timezone.now()))


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = webhook_or_404(request, pk)
    remove_webhook(webhook_id=row.pk, actor=request.user, now=timezone.now())
    messages.success(request, _("The webhook is removed."))
    return redirect("bookings:webhooks")


@login_required
@require_POST
def retry(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    row = webhook_or_404(request, pk)
    delivery = get_object_or_404(WebhookDelivery, pk=delivery_pk, webhook=row)
    if retry_delivery(delivery_id=delivery.pk, now=timezone.now()):
        messages.success(request, _("It is sent again within a few seconds."))
    return redirect("bookings:webhook", row.pk)


def webhook_or_404(request: HttpRequest, pk: int) -> Webhook:
    refuse_others(request)
    return get_object_or_404(Webhook.objects.select_related("site", "created_by"), pk=pk)


def refuse_others(request: HttpRequest) -> None:
    if not can_manage_webhooks(request.user):
        raise PermissionDenied


def webhook_page(request: HttpRequest, row: Webhook, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"webhook": row, "form": WebhookForm(webhook=row), "deliveries": deliveries_of(row)} | more
    response = render(request, "bookings/webhook.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
