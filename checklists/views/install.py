"""What lets the tablet's page be installed: manifest, service worker, and the page shown without a connection."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

ICONS = (("192x192", "img/icon-192.png", "any"), ("512x512", "img/icon-512.png", "any maskable"))
STYLES = (
    "css/tokens.css",
    "vendor/bootstrap.min.css",
    "css/base.css",
    "css/components/bar.css",
    "css/components/buttons.css",
    "css/components/forms.css",
    "css/components/marks.css",
    "css/components/lists.css",
    "css/components/floats.css",
    "css/components/tablet.css",
    "css/pages/checklists-tablet.css",
    "css/components/steps.css",
    "css/components/step-groups.css",
    "css/pages/checklists-meetings.css",
    "css/components/evidence.css",
    "css/components/changes.css",
    "css/components/tablet-queue.css",
    "css/components/tablet-gestures.css",
    "css/pages/checklists-handover.css",
    "css/pages/on-demand.css",
)
# The frame of the tablet's pages; steps and everything else of a meeting stay on the server.
SHELL = (
    *STYLES,
    "vendor/bootstrap-icons.svg",
    "django_htmx/htmx-2.min.js",
    "js/theme.js",
    "js/app.js",
    "js/signing-out.js",
    "js/toast.js",
    "js/unfolded.js",
    "js/live.js",
    "js/ours.js",
    "js/tablet.js",
    "js/tablet-bar.js",
    "js/tablet-calls.js",
    "js/tablet-clock.js",
    "js/pictures.js",
    "js/tablet-evidence.js",
    "js/tablet-idle.js",
    "js/tablet-handover.js",
    "js/tablet-kept-list.js",
    "js/tablet-kept-taps.js",
    "js/tablet-offline.js",
    "js/tablet-offline-work.js",
    "js/tablet-plain.js",
    "js/tablet-queue.js",
    "js/tablet-rings.js",
    "js/tablet-rows.js",
    "js/tablet-send.js",
    "js/tablet-snapshot.js",
    "js/tablet-sound.js",
    "js/tablet-store.js",
    "js/tablet-swipe.js",
    "js/tablet-taps.js",
    "js/tablet-together.js",
    "js/tablet-undo.js",
    "js/tablet-who.js",
    "vendor/idb.js",
    "vendor/signature_pad.js",
    "img/favicon.svg",
    "img/layouts.svg",
)


# What the page without a connection needs to draw the list; the rest of its scripts comes after that.
FIRST_SCRIPTS = (
    "js/tablet-kept-list.js",
    "js/tablet-clock.js",
    "js/ours.js",
    "js/tablet-snapshot.js",
    "js/tablet-store.js",
    "js/tablet-who.js",
    "vendor/idb.js",
)


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    start = reverse("checklists:tablet")
    data = {
        "id": start,
        "name": "会务 Huiwu",
        "short_name": "会务",
        "description": "会议服务事项 · 會議服務事項 · Meeting service steps",
        "lang": "zh-Hans",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#ffffff",
        "theme_color": "#1f6f5b",
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for sizes, name, purpose in ICONS
        ],
    }
    return JsonResponse(data, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the root, so that it may look after the whole product; asked for anew each time."""
    named = [*map(static, SHELL)]
    # Scripts import each other by their plain names, which the storage does not hash.
    plain = [f"{settings.STATIC_URL}{name}" for name in SHELL if name.endswith(".js")]
    shell = [*dict.fromkeys([*named, *plain]), reverse("checklists:tablet_offline")]
    version = hashlib.sha256("\n".join(shell).encode()).hexdigest()[:12]
    context = {
        "shell": shell,
        "version": version,
        "offline": shell[-1],
        "pages": reverse("checklists:tablet"),
        "login": reverse("login"),
        "name": "会务 Huiwu",
        "icon": static("img/icon-192.png"),
        "notices": reverse("staff:notices"),
    }
    response = render(request, "checklists/service-worker.js", context, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = "/"
    return response


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """In one piece with its styles: a slow tablet takes longer to ask for twenty files than to read them."""
    styles = "\n".join(Path(finders.find(name)).read_text(encoding="utf-8") for name in STYLES)
    context = {"styles": mark_safe(styles), "first_scripts": FIRST_SCRIPTS}  # noqa: S308 - our own files
    return render(request, "checklists/tablet_offline.html", context)
