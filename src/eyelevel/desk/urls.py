"""The addresses of the desk: states are addresses, so a list, a search or a case can be kept as a link."""

from __future__ import annotations

from django.urls import path

from eyelevel.desk.views import answering, case, desk, files, house, outbox, quarantine, sources

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("cases/new/", case.new_case, name="new-case"),
    path("cases/<int:number>/", desk.case, name="case"),
    path("cases/<int:number>/presence/", desk.presence, name="presence"),
    path("cases/<int:number>/draft/", answering.draft, name="draft"),
    path("cases/<int:number>/answer/", answering.answer, name="answer"),
    path("cases/<int:number>/answers/<int:post>/undo/", answering.undo, name="undo"),
    path("cases/<int:number>/notes/", case.notes, name="notes"),
    path("cases/<int:number>/calls/", case.calls, name="calls"),
    path("cases/<int:number>/entries/", case.entries, name="entries"),
    path("cases/<int:number>/hand/", case.hand, name="hand"),
    path("cases/<int:number>/snooze/", case.snooze, name="snooze"),
    path("cases/<int:number>/closure/", case.closure, name="closure"),
    path("cases/<int:number>/title/", case.title, name="title"),
    path("quarantine/", quarantine.quarantine, name="quarantine"),
    path("quarantine/<int:number>/", quarantine.entry, name="quarantine-entry"),
    path("quarantine/<int:number>/raw/", files.raw, name="quarantine-raw"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:number>/", outbox.sending, name="sending"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<int:number>/", sources.source, name="source"),
    path("house/", house.house, name="house"),
    path("house/preferences/", house.preferences, name="preferences"),
    path("house/colleagues/<int:number>/", house.colleague, name="colleague"),
    path("house/hours/", house.hours, name="hours"),
    path("house/doors/<slug:name>/", house.door_test, name="door-test"),
    path("files/<str:public_id>/", files.attachment, name="attachment"),
]
