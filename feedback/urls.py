from django.urls import path

from feedback import views

app_name = "feedback"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("meetings/<slug:ref>/", views.closing, name="closing"),
    path("answer/<str:token>/", views.answer, name="answer"),
]
