"""The clock of a talk: started from the person's page, shown on every page, stopped by logging the contact or without one."""

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from bluering.coordination import talks
from bluering.errors import Refusal
from bluering.web import sheets
from bluering.web.asked import Asked
from bluering.web.doors import enter


@require_POST
def start(request: Asked, person_id: str) -> HttpResponse:
    """Start the clock for this person."""
    enter(request, person_id, "contact.log")
    try:
        talks.start_talk(person_id=person_id, by=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return sheets.done(request, f"/people/{person_id}/")


@require_POST
def stop(request: Asked) -> HttpResponse:
    """Stop it; its minutes count nowhere."""
    talks.stop_talk(by=request.user)
    messages.success(request, "The clock is stopped. Its minutes count nowhere.")
    return sheets.done(request, sheets.back(request, "/"))
