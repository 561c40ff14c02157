"""A person fills in one assessment by themselves, by link, without a log-in: the birth date opens it, each answer is kept."""

import hashlib
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bluering.assessing import actions, links
from bluering.assessing.scoring import opens_safety_path
from bluering.coordination.models import Assessment, Filled
from bluering.errors import BadInput, Refusal
from bluering.web import assessments_view, plain
from bluering.web.asked import Asked
from bluering.web.doors import open_door
from bluering.web.views.assessments import given_in

OPENED, MINUTES = "by_link", 60


@open_door
@never_cache
@require_http_methods(["GET", "POST"])
def door(request: Asked, secret: str) -> HttpResponse:
    """Ask for the birth date."""
    try:
        language = links.link_of(secret).assessment.language
        if request.method == "POST":
            links.open_link(secret=secret, birth_date=_day(request.POST.get("birth_date", "")))
            request.session[OPENED] = {"link": _mark(secret), "at": timezone.now().timestamp()}
            return redirect("by-link-form", secret)
    except Refusal:
        return _gone(request)
    except BadInput:
        said = plain.words("by_link", language)
        return render(request, "by_link/door.html", {"say": said, "language": language, "wrong": True}, status=422)
    return render(request, "by_link/door.html", {"say": plain.words("by_link", language), "language": language})


@open_door
@never_cache
@require_http_methods(["GET", "POST"])
def form(request: Asked, secret: str) -> HttpResponse:
    """The questions; sent, thanks and, where it is needed, whom to call."""
    one = _opened(request, secret)
    if isinstance(one, HttpResponse):
        return one
    empty = False
    if request.method == "POST" and one.state == Filled.PART:
        one = actions.answer(assessment=one, given=given_in(request, one), by=None)
        if request.POST.get("act") == "send":
            empty = not one.answers
            if not empty:
                one = actions.finish(assessment=one, by=None)
    facts = _facts(one, secret) | {"empty": empty}
    if one.state != Filled.PART:
        return render(request, "by_link/thanks.html", facts)
    facts["questions"] = assessments_view.questions(actions.instrument_of(one.instrument), one.answers, one.language)
    return render(request, "by_link/form.html", facts, status=422 if empty else 200)


@open_door
@require_POST
def answer(request: Asked, secret: str) -> HttpResponse:
    """Keep one answer."""
    one = _opened(request, secret)
    if isinstance(one, HttpResponse):
        return one
    if one.state == Filled.PART:
        one = actions.answer(assessment=one, given=given_in(request, one), by=None)
    return render(request, "by_link/_state.html", _facts(one, secret))


def _facts(one: Assessment, secret: str) -> dict[str, Any]:
    instrument = actions.instrument_of(one.instrument)
    return {
        "say": plain.words("by_link", one.language), "language": one.language, "secret": secret, "instrument": instrument,
        "progress": assessments_view.progress(instrument, one.answers), "danger": opens_safety_path(instrument, one.answers),
    }  # fmt: skip


def _opened(request: Asked, secret: str) -> Assessment | HttpResponse:
    """The assessment, when this browser has said the birth date within the hour; else the door."""
    try:
        link = links.link_of(secret)
    except Refusal:
        return _gone(request)
    said = request.session.get(OPENED) or {}
    fresh = timezone.now().timestamp() - float(said.get("at", 0)) < MINUTES * 60
    if said.get("link") != _mark(secret) or not fresh:
        return redirect("by-link", secret)
    return link.assessment


def _gone(request: Asked) -> HttpResponse:
    language = plain.our_language(request.headers.get("Accept-Language", "en")[:2])
    return render(
        request, "by_link/gone.html", {"say": plain.words("by_link", language), "language": language}, status=410
    )


def _mark(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
