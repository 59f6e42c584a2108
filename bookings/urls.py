"""Addresses of requests, the inbox, the board and closures."""

from django.urls import include, path

from bookings.views import (
    board,
    booking,
    closures,
    deciding,
    inbox,
    requests,
    series,
    series_inbox,
    series_new,
    waiting,
)
from bookings.views import board, booking, closures, inbox, moves, requests

app_name = "bookings"
urlpatterns = [
    # Before the bookings: bookings/import/ is no reference.
    path("", include("bookings.exchange_urls")),
    path("bookings/new/", series_new.new, name="new"),
    path("bookings/new/series/", series_new.preview, name="series_new"),
    path("bookings/new/rooms/", requests.rooms, name="rooms"),
    path("bookings/mine/", booking.mine, name="mine"),
    path("bookings/<slug:ref>/", booking.detail, name="detail"),
    path("bookings/<slug:ref>/edit/", series.edit, name="edit"),
    path("bookings/<slug:ref>/edit/", requests.edit, name="edit"),
    path("bookings/<slug:ref>/move/", moves.move, name="move"),
    path("bookings/<slug:ref>/submit/", booking.submit, name="submit"),
    path("bookings/<slug:ref>/answer/", booking.answer, name="answer"),
    path("bookings/<slug:ref>/accept/", booking.accept, name="accept"),
    path("bookings/<slug:ref>/wait/", waiting.wait, name="wait"),
    path("bookings/<slug:ref>/leave/", waiting.leave, name="leave_line"),
    path("bookings/<slug:ref>/cancel/", series.cancel_booking, name="cancel"),
    path("series/<slug:ref>/", series.detail, name="series"),
    path("series/<slug:ref>/cancel/", series.cancel, name="series_cancel"),
    path("series/<slug:ref>/answer/", series.answer, name="series_answer"),
    path("inbox/series/<slug:ref>/approve/", series_inbox.approve, name="series_approve"),
    path("inbox/series/<slug:ref>/decline/", series_inbox.decline, name="series_decline"),
    path("inbox/series/<slug:ref>/question/", series_inbox.question, name="series_question"),
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
    path("board/week/", board.week, name="board_week"),
    path("board/month/", board.month, name="board_month"),
    path("board/list/", board.day_list, name="board_list"),
    path("rooms/<int:room_pk>/closures/", closures.closures, name="closures"),
    path("rooms/<int:room_pk>/closures/<int:pk>/reopen/", closures.reopen, name="reopen"),
]
