"""Pages for what went wrong: a sentence that says what to do next, never what a record says."""

from django.http import HttpResponse
from django.shortcuts import render

from bluering.web.asked import Asked
from bluering.web.doors import open_door


def answer(request: Asked, *, status: int, title: str, words: str) -> HttpResponse:
    """A whole page, or a notice inside the page when a piece of it asked."""
    facts = {"title": title, "words": words, "status": status}
    if not getattr(request, "htmx", False):
        return render(request, "problem.html", facts, status=status)
    response = render(request, "_partials/problem.html", facts, status=status)
    response["HX-Retarget"] = "#notices"
    response["HX-Reswap"] = "innerHTML"
    return response


@open_door
def not_found(request: Asked, exception: Exception | None = None) -> HttpResponse:
    words = "Nothing is kept at this address. Press / to find a patient, or go back to Today."
    return answer(request, status=404, title="There is no such page", words=words)


@open_door
def refused(request: Asked, exception: Exception | None = None) -> HttpResponse:
    return answer(request, status=403, title="This is not yours to open", words="Ask an administrator who could.")


@open_door
def form_expired(request: Asked, reason: str = "") -> HttpResponse:
    words = "The form was open for too long, or in another window. Go back, reload the page and send it again."
    return answer(request, status=403, title="Please send that again", words=words)


@open_door
def failed(request: Asked) -> HttpResponse:
    """Says nothing from the error itself; the log has the place."""
    words = "That was our mistake, and it has been noted. Nothing you entered before was lost. Try again in a moment."
    return answer(request, status=500, title="Something broke on our side", words=words)
