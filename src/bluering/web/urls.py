"""Every address of Bluering's pages. Persons appear in addresses only by their opaque ids."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from bluering.web.views import (
    columns,
    covers,
    data,
    document_pages,
    documents,
    entrance,
    fetching,
    find,
    gallery,
    handoffs,
    inbox,
    months,
    narratives,
    pairs,
    patients,
    person,
    pulse,
    repairs,
    rosters,
    sources,
    team,
    today,
    work,
)


class Unread(StringConverter):
    """A kind of item that could not be read; documents have pages of their own."""

    regex = "piece|message"


register_converter(Unread, "unread")

urlpatterns = [
    path("", today.today, name="today"),
    path("patients/", patients.patients, name="patients"),
    path("people/<str:person_id>/", person.ring, name="person"),
    path("people/<str:person_id>/timeline/", person.timeline, name="timeline"),
    path("people/<str:person_id>/fetch/", fetching.fetch, name="fetch-person"),
    path("people/<str:person_id>/contacts/", person.contacts, name="contacts"),
    path("people/<str:person_id>/gaps/", person.gaps, name="gaps"),
    path("people/<str:person_id>/contact/", work.contact, name="log-contact"),
    path("people/<str:person_id>/handoff/", handoffs.open_one, name="open-handoff"),
    path("people/<str:person_id>/assign/", work.assign, name="assign"),
    path("people/<str:person_id>/team/", team.team, name="team"),
    path("people/<str:person_id>/team/add/", team.add, name="team-add"),
    path("people/<str:person_id>/team/lead/", team.lead, name="team-lead"),
    path("people/<str:person_id>/team/<str:slug>/", team.change, name="team-change"),
    path("people/<str:person_id>/team/<str:slug>/confirm/", team.confirm, name="team-confirm"),
    path("people/<str:person_id>/team/<str:slug>/gone/", team.gone, name="team-gone"),
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
    path("inbox/documents/", documents.documents, name="documents"),
    path("inbox/documents/bring/", documents.bring, name="bring-documents"),
    path("inbox/documents/<int:document_id>/", documents.document, name="document"),
    path("inbox/documents/<int:document_id>/find/", documents.find, name="document-find"),
    path("inbox/documents/<int:document_id>/hold/", documents.take_over, name="document-hold"),
    path("inbox/documents/<int:document_id>/is-read/", documents.is_read, name="document-is-read"),
    path("inbox/documents/<int:document_id>/let-go/", documents.let_go, name="document-let-go"),
    path("inbox/documents/<int:document_id>/set-aside/", documents.set_aside, name="document-set-aside"),
    path("inbox/documents/<int:document_id>/read-again/", documents.read_again, name="document-read-again"),
    path("inbox/documents/<int:document_id>/take-back/", documents.take_back, name="document-take-back"),
    path(
        "inbox/documents/<int:document_id>/pages/<int:page>/<str:size>/",
        document_pages.waiting_page,
        name="document-page",
    ),
    path("people/<str:person_id>/documents/<int:document_id>/", document_pages.filed, name="filed-document"),
    path(
        "people/<str:person_id>/documents/<int:document_id>/pages/<int:page>/<str:size>/",
        document_pages.filed_page,
        name="filed-document-page",
    ),
    path("people/<str:person_id>/documents/<str:key>/", narratives.document, name="narrative"),
    path("handoffs/<int:handoff_id>/cover/", covers.cover, name="cover"),
    path("inbox/<unread:kind>/<int:item_id>/", inbox.item, name="inbox-item"),
    path("inbox/<unread:kind>/<int:item_id>/claim/", inbox.claim, name="claim"),
    path("inbox/<unread:kind>/<int:item_id>/release/", inbox.release, name="release"),
    path("inbox/<unread:kind>/<int:item_id>/bytes/", inbox.show_bytes, name="inbox-bytes"),
    path("inbox/<unread:kind>/<int:item_id>/take-up/", inbox.take_up, name="take-up"),
    path("who/", pairs.pairs, name="pairs"),
    path("who/repairs/", repairs.repairs, name="repairs"),
    path("who/repairs/<int:repair_id>/", repairs.settle, name="repair"),
    path("who/<int:pair_id>/", pairs.pair, name="pair"),
    path("who/<int:pair_id>/take-back/", pairs.take_back, name="pair-take-back"),
    path("months/", months.months, name="months"),
    path("rosters/", rosters.rosters, name="rosters"),
    path("rosters/months/<int:month_id>/confirm/", rosters.confirm, name="roster-confirm"),
    path("rosters/queue/", rosters.queue, name="roster-queue"),
    path("rosters/questions/<int:question_id>/", rosters.question, name="roster-question"),
    path("rosters/questions/<int:question_id>/reopen/", rosters.reopen, name="roster-reopen"),
    path("rosters/lists/<str:source>/<str:month>/", rosters.members, name="roster-members"),
    path("data/", data.data, name="data"),
    path("data/gaps/<int:gap_id>/set-aside/", data.set_aside, name="data-set-aside"),
    path("sources/", sources.sources, name="sources"),
    path("sources/<str:source>/", sources.source, name="source"),
    path("sources/<str:source>/describe/", sources.describe, name="describe-source"),
    path("sources/<str:source>/answers/<str:name>", sources.answer, name="answer"),
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
