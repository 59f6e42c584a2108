from django.urls import path

from feedback.views import figures, host, surveys, team

app_name = "feedback"

urlpatterns = [
    path("feedback/", surveys.overview, name="overview"),
    path("feedback/answers/<int:pk>/complaint/", surveys.complaint, name="complaint"),
    path("feedback/meetings/<slug:ref>/", surveys.closing, name="closing"),
    path("bookings/<slug:ref>/host/", host.host_hint, name="host_hint"),
    path("feedback/answer/<str:token>/", surveys.answer, name="answer"),
    path("figures/", figures.figures, name="figures"),
    path("figures/me/", figures.own, name="figures_me"),
    path("figures/team/", team.team, name="team"),
    path("figures/team/<slug:what>.<slug:kind>", team.team_export, name="team_export"),
    path("figures/steps/", figures.steps, name="figures_steps"),
    path("figures/export/<slug:what>.<slug:kind>", figures.export, name="figures_export"),
]
