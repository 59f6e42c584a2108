"""Addresses of what other systems read and bring: calendars, imports and exports, webhooks."""

from django.urls import path

from bookings.views import feeds

urlpatterns = [
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/new/", feeds.create, name="feed_create"),
    path("feeds/<int:pk>/renew/", feeds.renew, name="feed_renew"),
    path("feeds/<int:pk>/revoke/", feeds.revoke, name="feed_revoke"),
    path("feeds/<slug:token>.ics", feeds.feed, name="feed"),
]
