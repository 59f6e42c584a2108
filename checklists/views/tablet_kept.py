"""What a tablet keeps for when there is no connection, drawn by the same rows as its page."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from checklists.models import Wish
from checklists.on_demand_forms import NoteForm
from checklists.permissions import can_hand_over
from checklists.selectors.guides import guides_for
from checklists.selectors.handovers import colleagues_of
from checklists.selectors.tablet_kept import kept_for
from checklists.views.on_demand import ICONS
from checklists.views.tablet import reader_of
from checklists.views.tablet_events import for_tablets


@require_GET
@for_tablets
def kept(request: HttpRequest) -> HttpResponse:
    """No request in its templates: neither a token nor anything else of this session goes along."""
    user, now = reader_of(request), timezone.now()
    zone = user.site.zone
    with timezone.override(zone):
        found = kept_for(user, user.site, now)
        html = render_to_string("checklists/_tablet_kept.html", {"held": found, "now": now})
        forms = render_to_string("checklists/_tablet_kept_forms.html", forms_of(user, now) | {"offers": found.offers})
    data = {"user": str(user.pk), "language": get_language(), "zone": zone.key, "at": now.isoformat()}
    return JsonResponse(data | {"html": html, "forms": forms})


def forms_of(user: Any, now: Any) -> dict[str, Any]:
    """The guides without the numbers of colleagues; those of the public services stay."""
    return {
        "wishes": [(value, label, ICONS[value]) for value, label in Wish.Kind.choices],
        "note_form": NoteForm(auto_id="kept-note-%s"),
        "colleagues": colleagues_of(user, now) if can_hand_over(user) else [],
        "guides": [replace(guide, call=()) for guide in guides_for(user.site, now)],
    }
