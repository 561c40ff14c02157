"""Case review: begin a sitting, speak about one person after the other with the keys alone, end it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.coordination import registry, reviews
from bluering.coordination.models import Review, ReviewOutcome, ReviewSession
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import BadInput, Refusal
from bluering.population.programs import programs
from bluering.record import queries as record
from bluering.web import reviews_view, sheets
from bluering.web.asked import Asked
from bluering.web.forms import ReviewForm, SessionForm
from bluering.web.views.handoffs import colleagues
from bluering.web.views.registry import coordinators


@require_http_methods(["GET", "POST"])
def sessions(request: Asked) -> HttpResponse:
    """Who would be spoken about, and the sittings so far; begin one."""
    if not permissions.may_for_some(request.user, "program.move"):
        raise Refusal(permissions.refusal("program.move"))
    known, team = sorted((one.id, one.title) for one in programs().values()), coordinators(request.user)
    form = SessionForm(known, team, request.POST) if request.method == "POST" else SessionForm(known, team)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("review", reviews.start_session(by=request.user, **form.cleaned_data).pk)
        except BadInput as error:
            sheets.complain(form, error)
    found, too_many = [], ""
    try:
        found = reviews.the_list(request.user)
    except registry.TooMany as error:
        too_many = str(error)
    people = record.summaries({row.episode.person_id for row, _ in found})
    audit.record_many(request.user, "person.list.read", sorted(people), "case review")
    facts = {
        "form": form,
        "too_many": too_many,
        "waiting": [
            (people[row.episode.person_id].name, row, reviews_view.status.Look(reason.words, reviews_view.RANKS[reason.rank]))
            for row, reason in found if row.episode.person_id in people
        ],
        "sessions": reviews.sessions(request.user),
        "titles": dict(known),
    }  # fmt: skip
    return render(request, "reviews/sessions.html", facts, status=422 if form.errors else 200)


@require_GET
def session(request: Asked, session_id: int) -> HttpResponse:
    """The list, and whom the team speaks about now."""
    sitting = _session(session_id)
    rows = reviews.reviews_in(sitting, request.user)
    if not rows:
        raise Refusal(permissions.refusal("program.move"))
    here = _here(rows, request.GET.get("at", ""))
    if here and sitting.ended_at is None:
        reviews.look_at(session=sitting, review=here)
    found = {row.episode.pk: row for row in registry.rows_of(request.user, [row.episode for row in rows])}
    people = record.summaries({row.person_id for row in rows})
    audit.record_many(request.user, "person.list.read", sorted(people), f"review session {sitting.pk}")
    facts: dict[str, Any] = {
        "session": sitting, "rows": reviews_view.listed(rows, found, people, here), "here": here, "title": programs()[sitting.program].title if sitting.program in programs() else "Every program",
        "headline": reviews_view.headline(sitting, rows), "next": _beside(rows, here, 1), "before": _beside(rows, here, -1), "form": ReviewForm(),
    }  # fmt: skip
    if here and here.person_id in people:
        facts |= _screen(request, here, people, found)
    return render(request, "reviews/session.html", facts)


def _screen(request: Asked, here: Review, people: dict, found: dict) -> dict[str, Any]:
    today = timezone.localdate()
    audit.record(request.user, "person.read", here.person_id, "case review")
    hidden = hidden_from(request.user, [here.person_id]).get(here.person_id, NOTHING)
    tables = hidden.tables(record.chart(here.person_id).tables)
    receiver, _ = reviews_view.own_clinician(tables)
    last, minutes = reviews.last_of(here.person_id, here), reviews.minutes_this_month(here.person_id, today)
    row = found.get(here.episode_id)
    return {
        "screen": reviews_view.screen(here, people[here.person_id], tables, row, last, minutes, receiver, today),
        "team": sorted(colleagues(request.user)),
    }


@require_POST
def decide(request: Asked, session_id: int, review_id: int) -> HttpResponse:
    """What comes of it; on to the next."""
    sitting = _session(session_id)
    one = Review.objects.filter(pk=review_id, session=sitting).first()
    if one is None:
        raise Http404
    form, outcome = ReviewForm(request.POST), request.POST.get("outcome", "")
    try:
        if not form.is_valid():
            raise BadInput(next(iter(form.errors.values()))[0])
        given = dict(form.cleaned_data)
        receiver, team = given.pop("receiver"), colleagues(request.user)
        reviews.decide(
            review=one, outcome=outcome, by=request.user, receiver=receiver, receiver_user=team.get(receiver), **given
        )
        messages.success(request, f"{ReviewOutcome(outcome).label}.")
    except (BadInput, Refusal) as problem:
        messages.warning(
            request, str(problem).partition(": ")[2] or str(problem) if isinstance(problem, BadInput) else str(problem)
        )
        return redirect(f"/review/{sitting.pk}/?at={one.pk}")
    return redirect("review", sitting.pk)


@require_POST
def end(request: Asked, session_id: int) -> HttpResponse:
    """The sitting is over."""
    sitting = _session(session_id)
    if not reviews.reviews_in(sitting, request.user):
        raise Refusal(permissions.refusal("program.move"))
    reviews.end_session(session=sitting, by=request.user)
    messages.success(request, "The session has ended. Whom nobody spoke about comes up again next time.")
    return redirect("reviews")


def _session(session_id: int) -> ReviewSession:
    found = ReviewSession.objects.select_related("by").filter(pk=session_id).first()
    if found is None:
        raise Http404
    return found


def _here(rows: list[Review], wanted: str) -> Review | None:
    """Whom the address names, else the first of whom nothing was said."""
    named = next((row for row in rows if str(row.pk) == wanted), None)
    return named or next((row for row in rows if not row.outcome), None)


def _beside(rows: list[Review], here: Review | None, by: int) -> int | None:
    place = next((number for number, row in enumerate(rows) if here and row.pk == here.pk), None)
    return rows[place + by].pk if place is not None and 0 <= place + by < len(rows) else None
