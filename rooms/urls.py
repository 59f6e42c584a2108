"""Addresses of rooms and sites."""

from django.urls import path

from rooms.views import equipment, rooms, sites

app_name = "rooms"
urlpatterns = [
    path("rooms/", rooms.room_list, name="list"),
    path("rooms/new/", rooms.create, name="create"),
    path("rooms/<int:pk>/", rooms.detail, name="detail"),
    path("rooms/<int:pk>/edit/", rooms.change, name="change"),
    path("rooms/<int:pk>/photo/", rooms.photo, name="photo"),
    path("rooms/<int:pk>/floor-plan/", rooms.floor_plan, name="floor_plan"),
    path("equipment/", equipment.pools, name="pools"),
    path("equipment/<int:pk>/edit/", equipment.pool_change, name="pool_change"),
    path("sites/", sites.site_list, name="sites"),
    path("sites/new/", sites.create, name="site_create"),
    path("sites/<str:code>/", sites.site, name="site"),
    path("sites/<str:code>/edit/", sites.change, name="site_change"),
    path("sites/<str:code>/exceptions/", sites.create_exception, name="exception_create"),
    path("sites/<str:code>/exceptions/<int:pk>/remove/", sites.drop_exception, name="exception_remove"),
]
