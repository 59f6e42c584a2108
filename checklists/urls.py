"""Addresses of the checklists app."""

from django.urls import path

from checklists.day_urls import patterns as day_patterns
from checklists.operation_urls import patterns as operation_patterns
from checklists.standard_urls import patterns as standard_patterns
from checklists.views import (
    calls,
    evidence,
    incidents,
    install,
    meetings,
    on_demand,
    people,
    plan,
    record,
    rundown,
    spot_checks,
    steps,
    tablet,
)

app_name = "checklists"

urlpatterns = [
    path("tablet/", tablet.tablet, name="tablet"),
    path("tablet/rooms/", tablet.tablet_rooms, name="tablet_rooms"),
    path("tablet/meetings/<slug:ref>/", tablet.tablet_meeting, name="tablet_meeting"),
    path("tablet/meetings/<slug:ref>/wish/", on_demand.wish, name="wish"),
    path("tablet/meetings/<slug:ref>/note/", on_demand.note_new, name="note_new"),
    path("tablet/meetings/<slug:ref>/note/<int:pk>/", on_demand.note, name="note"),
    path("tablet/meetings/<slug:ref>/incident/", incidents.incident_new, name="meeting_incident"),
    path("tablet/calls/", on_demand.tablet_calls, name="tablet_calls"),
    path("tablet/calls/count/", on_demand.call_count, name="tablet_call_count"),
    path("tablet/notices/", tablet.tablet_notices, name="tablet_notices"),
    path("tablet/offline/", install.offline, name="tablet_offline"),
    path("tablet/me/", tablet.tablet_me, name="tablet_me"),
    path("steps/<int:pk>/tick/", steps.tick, name="tick"),
    path("steps/<int:pk>/skip/", steps.skip, name="skip"),
    path("steps/<int:pk>/take-over/", steps.take_over, name="take_over"),
    path("steps/<int:pk>/files/", evidence.add_file, name="add_file"),
    path("steps/<int:pk>/files/<uuid:op>/", evidence.step_file, name="step_file"),
    path("spot-checks/<slug:ref>/", spot_checks.spot_check, name="spot_check"),
    path("people/<int:pk>/record/", record.person_record, name="person_record"),
    path("me/record/", record.my_record, name="my_record"),
    path("meetings/<slug:ref>/start/", meetings.start, name="start"),
    path("meetings/<slug:ref>/extend/", meetings.extend, name="extend"),
    path("meetings/<slug:ref>/end/", meetings.end, name="end"),
    *day_patterns,
    path("bookings/<slug:ref>/plan/", plan.booking_plan, name="booking_plan"),
    path("bookings/<slug:ref>/people/", people.booking_people, name="booking_people"),
    path("bookings/<slug:ref>/people/assign/", people.assign, name="assign"),
    path("bookings/<slug:ref>/people/unassign/", people.unassign, name="unassign"),
    path("bookings/<slug:ref>/load/", people.load_hint, name="load_hint"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/new/", incidents.incident_new, name="incident_new"),
    path("incidents/<int:pk>/", incidents.incident, name="incident"),
    path("incidents/<int:pk>/add/", incidents.incident_add, name="incident_add"),
    path("incidents/<int:pk>/end/", incidents.incident_end, name="incident_end"),
    path("call/<str:token>/", calls.call, name="call"),
    path("call/<str:token>/state/", calls.call_state, name="call_state"),
    path("bookings/<slug:ref>/calls/", on_demand.booking_calls, name="booking_calls"),
    path("bookings/<slug:ref>/call-card/", calls.call_card, name="call_card"),
    path("rundown/", rundown.rundown, name="rundown"),
    path("rundown/<int:pk>/", rundown.rundown_progress, name="rundown_progress"),
    path("rundown/<int:pk>/file/", rundown.rundown_file, name="rundown_file"),
    *standard_patterns,
    *operation_patterns,
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path("service-worker.js", install.service_worker, name="service_worker"),
]
