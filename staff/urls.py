"""Addresses of people, notices, shifts and live news."""

from django.urls import path

from staff import events
from staff.views import accounts, channels, my_notices, notices, people, shifts

app_name = "staff"
urlpatterns = [
    path("accounts/language/", accounts.language, name="language"),
    path("accounts/profile/", accounts.profile, name="profile"),
    path("accounts/password/", accounts.password, name="password"),
    path("accounts/tokens/", accounts.create_token, name="token_create"),
    path("accounts/tokens/<int:pk>/revoke/", accounts.remove_token, name="token_revoke"),
    path("events", events.events, name="events"),
    path("notices/", notices.notices, name="notices"),
    path("notices/unread/", notices.unread, name="unread"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:pk>/open/", notices.open_notice, name="notice_open"),
    path("notices/<int:pk>/read/", notices.read_notice, name="notice_read"),
    path("notices/<int:pk>/acknowledge/", notices.acknowledge, name="notice_acknowledge"),
    path("me/notices/", my_notices.my_notices, name="my_notices"),
    path("me/notices/mail/test/", my_notices.test_mail, name="my_mail_test"),
    path("me/notices/chats/", my_notices.add_chat, name="my_chat_add"),
    path("me/notices/chats/<int:pk>/test/", my_notices.test_chat, name="my_chat_test"),
    path("me/notices/chats/<int:pk>/remove/", my_notices.remove_chat, name="my_chat_remove"),
    path("me/notices/browsers/", my_notices.add_browser, name="my_browser_add"),
    path("me/notices/browsers/<int:pk>/name/", my_notices.name_browser, name="my_browser_name"),
    path("me/notices/browsers/<int:pk>/test/", my_notices.test_browser, name="my_browser_test"),
    path("me/notices/browsers/<int:pk>/remove/", my_notices.drop_browser, name="my_browser_remove"),
    path("channels/", channels.channels, name="channels"),
    path("channels/new/", channels.create, name="channel_create"),
    path("channels/<int:pk>/", channels.change, name="channel_change"),
    path("channels/<int:pk>/test/", channels.test, name="channel_test"),
    path("channels/<int:pk>/remove/", channels.remove, name="channel_remove"),
    path("deliveries/", notices.deliveries, name="deliveries"),
    path("deliveries/retry/", notices.retry_deliveries, name="deliveries_retry"),
    path("deliveries/<int:pk>/retry/", notices.retry_delivery, name="delivery_retry"),
    path("people/", people.people, name="people"),
    path("people/new/", people.create, name="person_create"),
    path("people/<int:pk>/edit/", people.change, name="person_change"),
    path("shifts/", shifts.shifts, name="shifts"),
    path("shifts/new/", shifts.create, name="shift_create"),
    path("shifts/day/", shifts.create_day, name="shift_day"),
    path("shifts/<int:pk>/edit/", shifts.change, name="shift_change"),
    path("shifts/<int:pk>/remove/", shifts.remove, name="shift_remove"),
]
