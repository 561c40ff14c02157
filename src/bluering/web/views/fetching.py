"""Ask the servers that have a person for what they know of them now."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from bluering.errors import BadInput, Refusal
from bluering.pulling.person import PersonPulled, pull_person
from bluering.web.asked import Asked
from bluering.web.doors import enter
from bluering.web.words import many


@require_POST
def fetch(request: Asked, person_id: str) -> HttpResponse:
    """Fetch, load, let the rules look; then the timeline, with what came. It takes at most half a minute."""
    enter(request, person_id, "person.read")
    try:
        messages.success(request, said(pull_person(person_id, by=request.user)))
    except (BadInput, Refusal) as problem:
        messages.error(request, str(problem))
    return redirect(f"/people/{person_id}/timeline/")


def said(pulled: PersonPulled) -> str:
    """What came, and what a server did not give, in words."""
    new, changed = sum(pulled.loaded.values()), sum(pulled.replaced.values())
    came = f"{many(new, 'new fact')}, {changed} changed." if new or changed else "Nothing new."
    unread = f" {pulled.quarantined} could not be read; the Inbox has them." if pulled.quarantined else ""
    return " ".join([came + unread, *pulled.notes])
