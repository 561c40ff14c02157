"""Assessments: a person's scores over time, a questionnaire filled in question by question, and what came of it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit
from bluering.assessing import actions, links, queries
from bluering.assessing.instruments import all_instruments, instruments
from bluering.coordination import safety
from bluering.coordination.models import Assessment, Filled, Way
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import BadInput
from bluering.record.names import source_name
from bluering.web import assessments_view, courses_view, documents_view, plain, safety_view, sheets
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.forms import BeginForm, TakeBackForm
from bluering.web.live import live
from bluering.web.views.person import sit
from bluering.web.words import plain_name


@require_GET
@live
def of_person(request: Asked, person_id: str) -> HttpResponse:
    """Scores over time, whoever took them, and what was filled in here."""
    sitting = sit(request, person_id, "assessments/")
    tables, opened = sitting.chart.tables, sitting.opened
    found = queries.courses(tables.get("observation", ()))
    facts = sitting.facts(
        courses=courses_view.courses(found, tables, request.user, sitting.today, source_name),
        filled=assessments_view.rows(queries.assessments_of(person_id, opened.hidden), request.user, sitting.today),
        slots=[one for one in all_instruments().values() if one.questionnaire is None],
        may_fill=opened.may("assessment.fill"),
    )
    return render(request, "person/assessments.html", facts)


@require_http_methods(["GET", "POST"])
def begin(request: Asked, person_id: str) -> HttpResponse:
    """Choose what is asked and how; by link, the link is shown once."""
    opened = enter(request, person_id, "assessment.fill")
    known = {name: f"{one.title}: {one.about}" for name, one in instruments().items()}
    wanted = request.GET.get("instrument", "phq9")
    start = {
        "instrument": wanted if wanted in known else "phq9",
        "way": "phone",
        "language": plain.our_language(opened.summary.language),
    }
    form = BeginForm(known, request.POST) if request.method == "POST" else BeginForm(known, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            return _begun(request, opened, form.cleaned_data)
        except BadInput as error:
            sheets.complain(form, error)
    who = plain_name(opened.summary.given, opened.summary.family)
    facts = {"form": form, "person_id": person_id, "who_name": who}
    return sheets.show(request, "sheets/assess_begin.html", facts, status=422 if form.errors else 200)


def _begun(request: Asked, opened: Opened, said: dict[str, Any]) -> HttpResponse:
    language = _language(said["instrument"], said["language"])
    if said["way"] != Way.LINK:
        made = actions.begin(
            person_id=opened.person_id, instrument=said["instrument"], way=said["way"], language=language,
            on_day=said["on_day"], by_proxy=said["by_proxy"], by=request.user,
        )  # fmt: skip
        return sheets.done(request, f"/assessments/{made.pk}/")
    made, secret = links.send(
        person_id=opened.person_id, instrument=said["instrument"], by=request.user, language=language
    )
    address = request.build_absolute_uri(f"/a/{secret}/")
    facts = {
        "assessment": made, "address": address, "message": f"{plain.words('by_link', language)['message']} {address}",
        "square": documents_view.drawing(address, square=True), "days": links.DAYS, "language": language,
        "who_name": plain_name(opened.summary.given, opened.summary.family), "person_id": opened.person_id,
    }  # fmt: skip
    return sheets.show(request, "sheets/assess_link.html", facts)


def _language(instrument: str, wanted: str) -> str:
    """The language asked for where the instrument is published in it, else English."""
    known = instruments().get(instrument)
    return wanted if known and wanted in known.languages else "en"


@require_http_methods(["GET", "POST"])
def fill(request: Asked, assessment_id: int) -> HttpResponse:
    """The questions, or, when it is finished, what came of them."""
    one, opened = _opened(request, assessment_id)
    instrument = actions.instrument_of(one.instrument)
    if request.method == "POST":
        try:
            if given := given_in(request, one):
                one = actions.answer(assessment=one, given=given, by=request.user)
            if request.POST.get("act") == "finish":
                actions.finish(assessment=one, by=request.user)
                messages.success(request, f"{instrument.title} is in the record.")
            return redirect("assessment", one.pk)
        except BadInput as error:
            messages.warning(request, str(error).partition(": ")[2] or str(error))
            return redirect("assessment", one.pk)
    facts = _facts(request, one, opened)
    if one.state == Filled.PART:
        facts |= {"questions": assessments_view.questions(instrument, one.answers, one.language)}
        return render(request, "assessments/fill.html", facts)
    facts |= {"result": assessments_view.result(one, instrument, opened.summary.gender, request.user)}
    return render(request, "assessments/result.html", facts)


@require_POST
def answer(request: Asked, assessment_id: int) -> HttpResponse:
    """Keep one answer, given on the page; answers with how far it has come, and with the safety path when it opened."""
    one, opened = _opened(request, assessment_id)
    error = ""
    try:
        one = actions.answer(assessment=one, given=given_in(request, one), by=request.user)
    except BadInput as problem:
        error = str(problem).partition(": ")[2] or str(problem)
    return render(request, "assessments/_state.html", _facts(request, one, opened) | {"error": error})


@require_http_methods(["GET", "POST"])
def take_back(request: Asked, assessment_id: int) -> HttpResponse:
    """It was entered in error."""
    one, opened = _opened(request, assessment_id)
    form = TakeBackForm(request.POST) if request.method == "POST" else TakeBackForm()
    if request.method == "POST" and form.is_valid():
        actions.take_back(assessment=one, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "Taken back. Nothing shows it any more but its own row.")
        return sheets.done(request, f"/people/{opened.person_id}/assessments/")
    facts = {"form": form, "assessment": one, "title": actions.instrument_of(one.instrument).title}
    return sheets.show(request, "sheets/assess_back.html", facts, status=422 if form.errors else 200)


@require_POST
def withdraw(request: Asked, assessment_id: int) -> HttpResponse:
    """The link works no more; what was answered is gone on with here."""
    one, _ = _opened(request, assessment_id)
    links.withdraw(assessment=one, by=request.user)
    messages.success(request, "The link works no more. Go on here.")
    return redirect("assessment", one.pk)


def _facts(request: Asked, one: Assessment, opened: Opened) -> dict[str, Any]:
    instrument = actions.instrument_of(one.instrument)
    return {
        "one": one,
        "instrument": instrument,
        "person_id": opened.person_id,
        "who_name": plain_name(opened.summary.given, opened.summary.family),
        "progress": assessments_view.progress(instrument, one.answers),
        "concerns": safety_view.rows(
            safety.standing_of(opened.person_id), {opened.person_id: opened.summary}, request.user
        ),
        "by_link": one.way == Way.LINK and one.state == Filled.PART,
        "today": timezone.localdate(),
    }


def given_in(request: Asked, one: Assessment) -> dict[str, Any]:
    """What a form brings: the questions it says it holds, each with its answer, or with none."""
    form = actions.instrument_of(one.instrument).questionnaire
    given: dict[str, Any] = {}
    for link in request.POST.getlist("question"):
        question = form.question(link) if form else None
        values = request.POST.getlist(link)
        given[link] = values if question and question.repeats else values[0] if values else ""
    return given


def _opened(request: Asked, assessment_id: int) -> tuple[Assessment, Opened]:
    one = Assessment.objects.select_related("begun_by", "finished_by").filter(pk=assessment_id).first()
    if one is None or one.instrument not in instruments():
        raise Http404
    opened = enter(request, one.person_id, "assessment.fill", page=f"assessment {one.pk}")
    if one.begun_by_id in hidden_from(request.user, [one.person_id]).get(one.person_id, NOTHING).staff:
        raise Http404
    if request.method == "GET" and one.state == Filled.DONE:
        audit.record(request.user, "assessment.read", one.person_id, f"assessment {one.pk}")
    return one, opened
