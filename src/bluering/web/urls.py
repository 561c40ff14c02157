"""Every address of Bluering's pages. Persons appear in addresses only by their opaque ids."""

from django.urls import path

from bluering.web.views import (
    columns,
    data,
    entrance,
    find,
    gallery,
    handoffs,
    inbox,
    patients,
    person,
    pulse,
    sources,
    today,
    work,
)

urlpatterns = [
    path("", today.today, name="today"),
    path("patients/", patients.patients, name="patients"),
    path("people/<str:person_id>/", person.ring, name="person"),
    path("people/<str:person_id>/timeline/", person.timeline, name="timeline"),
    path("people/<str:person_id>/contacts/", person.contacts, name="contacts"),
    path("people/<str:person_id>/gaps/", person.gaps, name="gaps"),
    path("people/<str:person_id>/contact/", work.contact, name="log-contact"),
    path("people/<str:person_id>/handoff/", handoffs.open_one, name="open-handoff"),
    path("people/<str:person_id>/assign/", work.assign, name="assign"),
    path("gaps/<int:gap_id>/set-aside/", work.set_aside, name="set-aside"),
    path("gaps/<int:gap_id>/resume/", work.resume, name="resume"),
    path("handoffs/", handoffs.board, name="handoffs"),
    path("handoffs/<int:handoff_id>/", handoffs.move, name="handoff"),
    path("contact/", find.choose_for_contact, name="choose-for-contact"),
    path("contact/found/", find.choose_found, name="choose-found"),
    path("find/", find.find, name="find"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/replay/", inbox.replay, name="replay"),
    path("inbox/replays/<int:replay_id>/", inbox.replay_progress, name="replay-progress"),
    path("inbox/claims/", inbox.renew, name="renew-claims"),
    path("inbox/set-aside/", inbox.set_aside, name="inbox-set-aside"),
    path("inbox/<str:kind>/<int:item_id>/", inbox.item, name="inbox-item"),
    path("inbox/<str:kind>/<int:item_id>/claim/", inbox.claim, name="claim"),
    path("inbox/<str:kind>/<int:item_id>/release/", inbox.release, name="release"),
    path("inbox/<str:kind>/<int:item_id>/bytes/", inbox.show_bytes, name="inbox-bytes"),
    path("inbox/<str:kind>/<int:item_id>/take-up/", inbox.take_up, name="take-up"),
    path("data/", data.data, name="data"),
    path("data/gaps/<int:gap_id>/set-aside/", data.set_aside, name="data-set-aside"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<str:source>/", sources.source, name="source"),
    path("sources/<str:source>/describe/", sources.describe, name="describe-source"),
    path("sources/<str:source>/columns/", columns.columns, name="columns"),
    path("log-in/", entrance.log_in, name="log-in"),
    path("log-out/", entrance.log_out, name="log-out"),
    path("theme/", entrance.theme, name="theme"),
    path("pulse/", pulse.pulse, name="pulse"),
    path("health/", entrance.health, name="health"),
    path("ui/", gallery.ui, name="ui"),
]

handler403 = "bluering.web.views.problems.refused"
handler404 = "bluering.web.views.problems.not_found"
handler500 = "bluering.web.views.problems.failed"
