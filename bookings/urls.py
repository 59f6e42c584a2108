"""Addresses of requests, the inbox, the board and closures."""

from django.urls import include, path

from bookings.views import board, booking, closures, deciding, inbox, requests, waiting

app_name = "bookings"
urlpatterns = [
    # Before the bookings: bookings/import/ is no reference.
    path("", include("bookings.exchange_urls")),
    path("bookings/new/", requests.new, name="new"),
    path("bookings/new/rooms/", requests.rooms, name="rooms"),
    path("bookings/mine/", booking.mine, name="mine"),
    path("bookings/<slug:ref>/", booking.detail, name="detail"),
    path("bookings/<slug:ref>/edit/", requests.edit, name="edit"),
    path("bookings/<slug:ref>/submit/", booking.submit, name="submit"),
    path("bookings/<slug:ref>/answer/", booking.answer, name="answer"),
    path("bookings/<slug:ref>/accept/", booking.accept, name="accept"),
    path("bookings/<slug:ref>/wait/", waiting.wait, name="wait"),
    path("bookings/<slug:ref>/leave/", waiting.leave, name="leave_line"),
    path("bookings/<slug:ref>/cancel/", booking.cancel, name="cancel"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/list/", inbox.inbox_list, name="inbox_list"),
    path("inbox/approve/", inbox.approve_several, name="approve_several"),
    path("inbox/undo/", inbox.undo, name="undo"),
    path("inbox/<slug:ref>/", inbox.inbox, name="inbox_request"),
    path("inbox/<slug:ref>/approve/", inbox.approve, name="approve"),
    path("inbox/<slug:ref>/decline/", inbox.decline, name="decline"),
    path("inbox/<slug:ref>/question/", inbox.question, name="question"),
    path("inbox/<slug:ref>/offer/", inbox.offer, name="offer"),
    path("sites/<str:code>/deciding/", deciding.deciding, name="deciding"),
    path("sites/<str:code>/deciding/<slug:what>/", deciding.add, name="deciding_add"),
    path("sites/<str:code>/deciding/<slug:what>/<int:pk>/remove/", deciding.remove, name="deciding_remove"),
    path("board/", board.board, name="board"),
    path("rooms/<int:room_pk>/closures/", closures.closures, name="closures"),
    path("rooms/<int:room_pk>/closures/<int:pk>/reopen/", closures.reopen, name="reopen"),
]
