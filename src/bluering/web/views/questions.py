"""Quick questions to clinicians: asked from the person's page, answered in one tap, and how long answers take."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.coordination import questions
from bluering.coordination.models import Question, QuestionRhythm
from bluering.errors import BadInput, Refusal
from bluering.record import queries as record
from bluering.web import questions_view, sheets
from bluering.web.asked import Asked
from bluering.web.doors import enter
from bluering.web.forms import AskForm
from bluering.web.live import live
from bluering.web.reviews_view import own_clinician
from bluering.web.views.work import answer as turn

LATELY = timedelta(days=30)


@require_GET
@live
def board(request: Asked) -> HttpResponse:
    """What I am asked, what I asked, and how long answers take."""
    permissions.require(request.user, "questions.read")
    since = timezone.now() - LATELY
    mine, later = questions.to_answer(request.user)
    asked = questions.asked_by(request.user, since)
    people = record.summaries({one.handoff.person_id for one in [*mine, *asked]})
    audit.record_many(request.user, "person.list.read", sorted(people), "questions")
    rhythm = QuestionRhythm.objects.filter(user=request.user).first()
    facts = {
        "mine": questions_view.rows(mine, people),
        "asked": questions_view.rows(asked, people),
        "later": later,
        "answers": permissions.may(request.user, "questions.answer"),
        "rhythm": ", ".join(rhythm.times) if rhythm else "",
        "times": questions_view.times(questions.answer_times(since)),
    }
    return render(request, "questions/board.html", facts)


@require_http_methods(["GET", "POST"])
def ask(request: Asked, person_id: str) -> HttpResponse:
    """One sentence, a few choices, to whom, by when."""
    opened = enter(request, person_id, "handoff.open")
    team = {
        str(one.pk): one for one in User.objects.filter(role=Role.CLINICIAN, is_active=True).order_by("display_name")
    }
    form = (
        AskForm(team, request.POST)
        if request.method == "POST"
        else AskForm(team, initial=_start(person_id, opened.hidden, team))
    )

    def act() -> None:
        given = dict(form.cleaned_data)
        to = team[given.pop("to")]
        questions.ask(person_id=person_id, to=to, by=request.user, choices=given.pop("choices").splitlines(), **given)

    return turn(request, form, opened, act, "Asked", "sheets/ask.html", {})


def _start(person_id: str, hidden, team: dict[str, User]) -> dict:
    """Their own clinician, the usual answers, by noon tomorrow."""
    _, own = own_clinician(hidden.tables(record.chart(person_id).tables))
    noon = datetime.combine(timezone.localdate() + timedelta(days=1), time(12))
    to = str(own.pk) if own and str(own.pk) in team else ""
    return {"to": to, "choices": "\n".join(questions.USUAL_CHOICES), "needed_by": noon.strftime("%Y-%m-%dT%H:%M")}


@require_POST
def answer(request: Asked, question_id: int) -> HttpResponse:
    """One tap."""
    question = (
        Question.objects.select_related("handoff").filter(pk=question_id, handoff__receiver_user=request.user).first()
    )
    if question is None:
        raise Http404
    try:
        questions.answer(
            question=question, answer=request.POST.get("words", "") or request.POST.get("answer", ""), by=request.user
        )
        messages.success(request, "Answered. Whoever asked has it as a task.")
    except (BadInput, Refusal) as problem:
        messages.warning(request, str(problem).removeprefix("answer: ").capitalize())
    return sheets.done(
        request,
        sheets.back(request, request.POST.get("back", "/") if request.POST.get("back") == "/questions/" else "/"),
    )


@require_POST
def rhythm(request: Asked) -> HttpResponse:
    """When I want to see questions."""
    try:
        questions.set_rhythm(by=request.user, times=request.POST.get("times", "").split(","))
        messages.success(request, "Kept. Questions that are needed sooner come at once.")
    except BadInput as problem:
        messages.warning(request, str(problem).removeprefix("times: ").capitalize())
    return redirect("questions")
