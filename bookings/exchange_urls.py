"""Addresses of what other systems read and bring: calendars, imports and exports, webhooks."""

from django.urls import path

from bookings.views import feeds, imports, webhooks

urlpatterns = [
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/new/", feeds.create, name="feed_create"),
    path("feeds/<int:pk>/renew/", feeds.renew, name="feed_renew"),
    path("feeds/<int:pk>/revoke/", feeds.revoke, name="feed_revoke"),
    path("feeds/<slug:token>.ics", feeds.feed, name="feed"),
    path("bookings/import/", imports.imports, name="imports"),
    path("bookings/import/<int:pk>/", imports.import_run, name="import"),
    path("bookings/import/<int:pk>/start/", imports.start, name="import_start"),
    path("bookings/import/<int:pk>/remove/", imports.remove, name="import_remove"),
    path("bookings/export/", imports.export, name="export"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/test/", webhooks.test, name="webhook_test"),
    path("webhooks/<int:pk>/secret/", webhooks.secret, name="webhook_secret"),
    path("webhooks/<int:pk>/remove/", webhooks.remove, name="webhook_remove"),
    path("webhooks/<int:pk>/deliveries/<int:delivery_pk>/retry/", webhooks.retry, name="webhook_retry"),
]
