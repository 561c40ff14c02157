"""Payers' lists: who is on them by month, and where they and the practice disagree."""

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.coordination import policies
from bluering.errors import BadInput
from bluering.record import queries as record
from bluering.record.names import source_name
from bluering.rosters import actions, queries
from bluering.rosters.models import Question, QuestionState, RosterMonth
from bluering.web import rosters_view, sheets
from bluering.web.asked import Asked
from bluering.web.forms import RosterAnswerForm

SHOWN = 100
SHOWS = {"": "Everybody", "added": "Came", "dropped": "Left"}
USUAL_WAIT = dt.timedelta(days=30)


@require_GET
def rosters(request: Asked) -> HttpResponse:
    """Each payer's list over its months. Counts only; nobody by name."""
    permissions.require(request.user, "rosters.read")
    facts = {
        "lists": rosters_view.lists(queries.months(), queries.open_by_source(), timezone.localdate()),
        "may_work": permissions.may(request.user, "rosters.work"),
        "may_confirm": permissions.may(request.user, "rosters.confirm"),
    }
    return render(request, "rosters/rosters.html", facts)


@require_POST
def confirm(request: Asked, month_id: int) -> HttpResponse:
    """Use a list although it looks cut off; the questions follow with the next build."""
    permissions.require(request.user, "rosters.confirm")
    actions.confirm_month(month=get_object_or_404(RosterMonth, pk=month_id), by=request.user)
    messages.success(request, "Confirmed. The worker asks again within the hour.")
    return redirect("rosters")


@require_GET
def queue(request: Asked) -> HttpResponse:
    """Disagreements of one kind, the newest first."""
    permissions.require(request.user, "rosters.work")
    asked, payers, today = request.GET, _payers(), timezone.localdate()
    source = asked.get("source", "") if asked.get("source", "") in payers else ""
    state = asked.get("state", "") if asked.get("state", "") in rosters_view.STATES else QuestionState.OPEN
    theirs = policies.without_foreign(request.user, Question.objects.all())
    counts = queries.counts(theirs, state, source)
    kind = asked.get("kind", "") if asked.get("kind", "") in rosters_view.KINDS else rosters_view.first_kind(counts)
    found = list(queries.questions(theirs, state=state, kind=kind, source=source)[:SHOWN])
    persons = {one.person_id for one in found}
    audit.record_many(request.user, "person.list.read", sorted(persons), "payers' lists")
    reachable = policies.reachable(request.user, "person.read", persons)
    facts = {
        "rows": rosters_view.rows(found, record.summaries(persons), payers, reachable, today),
        "tabs": rosters_view.tabs(counts, kind, f"/rosters/queue/?state={state}&source={source}&kind="),
        "asks": rosters_view.KINDS[kind][1], "kind": kind, "source": source, "state": state,
        "payers": payers.items(), "states": rosters_view.STATES.items(), "more": max(counts.get(kind, 0) - SHOWN, 0),
    }  # fmt: skip
    return render(request, "rosters/queue.html", facts)


def _payers() -> dict[str, str]:
    """Source → the payer's name on its newest list."""
    found: dict[str, str] = {}
    for month in queries.months():
        found.setdefault(month.source, month.payer)
    return found


def _question(request: Asked, question_id: int) -> Question:
    return get_object_or_404(policies.without_foreign(request.user, Question.objects.all()), pk=question_id)


@require_http_methods(["GET", "POST"])
def question(request: Asked, question_id: int) -> HttpResponse:
    """Answer one question, in the dialog."""
    permissions.require(request.user, "rosters.work")
    found, today = _question(request, question_id), timezone.localdate()
    offers = rosters_view.offers(found.kind)
    form = _form(request, found, offers, today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        until = given["until"] if given["answer"] == "later" else None
        try:
            actions.answer(question=found, by=request.user, answer=given["answer"], note=given["note"], until=until)
        except BadInput as error:
            sheets.complain(form, error)
        else:
            messages.success(request, "Answered. It stands as long as nothing changes.")
            return sheets.done(request, f"/rosters/queue/?kind={found.kind}")
    audit.record_many(request.user, "person.list.read", [found.person_id], f"question {found.pk}")
    opens = found.person_id in policies.reachable(request.user, "person.read", {found.person_id})
    who = record.summaries({found.person_id}).get(found.person_id)
    facts = {
        "form": form, "question": found, "row": rosters_view.row(found, who, _payers(), opens, today),
        "asks": rosters_view.KINDS[found.kind][1], "earliest": (today + dt.timedelta(days=1)).isoformat(),
    }  # fmt: skip
    return sheets.show(request, "rosters/question.html", facts, status=422 if form.errors else 200)


def _form(request: Asked, found: Question, offers: list[tuple[str, str]], today: dt.date) -> RosterAnswerForm:
    if request.method == "POST":
        return RosterAnswerForm(offers, request.POST)
    start = {"answer": found.answer, "note": found.note, "until": (found.until or today + USUAL_WAIT).isoformat()}
    return RosterAnswerForm(offers, initial=start)


@require_POST
def reopen(request: Asked, question_id: int) -> HttpResponse:
    """Take an answer back; it is asked again."""
    found = _question(request, question_id)
    actions.reopen(question=found, by=request.user)
    messages.success(request, "It is open again.")
    return redirect(f"/rosters/queue/?kind={found.kind}")


@require_GET
def members(request: Asked, source: str, month: str) -> HttpResponse:
    """Who was on a list in a month, or came or left with it."""
    permissions.require(request.user, "rosters.work")
    found = queries.month_of(source, _month(month))
    if found is None:
        raise Http404
    asked, today = request.GET, timezone.localdate()
    show = asked.get("show", "") if asked.get("show", "") in SHOWS else ""
    start = int(asked["from"]) if asked.get("from", "").isdecimal() and len(asked["from"]) < 9 else 0
    in_all = {"": found.members, "added": found.added, "dropped": found.dropped}
    shown = queries.members(source, found.month, show=show, start=start, most=SHOWN)
    persons = {one.person_id for one in shown if one.person_id}
    audit.record_many(request.user, "person.list.read", sorted(persons), f"payer's list {found.pk}")
    persons -= policies.foreign_to(request.user, persons)
    names, reachable = record.summaries(persons), policies.reachable(request.user, "person.read", persons)
    address = f"/rosters/lists/{source}/{month}/"
    facts = {
        "list": found, "source_words": source_name(source), "words": f"{found.month:%B %Y}", "address": address, "show": show, "start": start,
        "rows": rosters_view.members(shown, names, reachable, today), "first": start + 1, "last": start + len(shown), "in_all": in_all[show],
        "before": max(start - SHOWN, 0) if start else None, "after": start + SHOWN if start + SHOWN < in_all[show] else None,
        "tabs": [{"href": f"{address}?show={value}", "words": words, "here": value == show, "count": in_all[value], "variant": "neutral"} for value, words in SHOWS.items()],
    }  # fmt: skip
    return render(request, "rosters/members.html", facts)


def _month(words: str) -> dt.date:
    try:
        return dt.datetime.strptime(words, "%Y-%m").date()
    except ValueError as error:
        raise Http404 from error
