"""Answers in one tap: a link made for a handoff, and the page behind it, which needs no log-in."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bluering.access import audit
from bluering.coordination import answer_links
from bluering.coordination.models import AnswerLink, Handoff, Question
from bluering.errors import BadInput, Refusal
from bluering.record.queries import summary
from bluering.web import documents_view, plain, sheets
from bluering.web.asked import Asked
from bluering.web.doors import enter, open_door


@require_POST
def make(request: Asked, handoff_id: int) -> HttpResponse:
    """Make the link and show it, once."""
    handoff = Handoff.objects.select_related("receiver_user").filter(pk=handoff_id).first()
    if handoff is None:
        raise Http404
    enter(request, handoff.person_id, "handoff.move")
    secret = answer_links.make_link(handoff=handoff, by=request.user)
    address = request.build_absolute_uri(f"/h/{secret}/")
    facts = {
        "handoff": handoff,
        "address": address,
        "days": answer_links.DAYS,
        "square": documents_view.drawing(address, square=True),
    }
    return sheets.show(request, "sheets/answer_link.html", facts)


@open_door
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: Asked, secret: str) -> HttpResponse:
    """The recommendation or question, and three answers."""
    say = plain.words("answer", "en")
    try:
        link = answer_links.link_of(secret)
        if request.method == "POST":
            _take(secret, link, request.POST.get("answer", ""), request.POST.get("words", ""))
            return render(request, "by_link/message.html", {"say": say, "language": "en", "message": say["thanks"]})
    except Refusal:
        return render(
            request, "by_link/message.html", {"say": say, "language": "en", "message": say["gone"]}, status=410
        )
    except BadInput as error:
        words = str(error).partition(": ")[2] or str(error)
        return _shown(request, link, say, complaint=words, status=422)
    return _shown(request, link, say)


def _take(secret: str, link: AnswerLink, said: str, words: str) -> None:
    """An answer to a recommendation, or one of a question's choices."""
    question = Question.objects.filter(handoff=link.handoff).first()
    if question is None:
        answer_links.answer(secret=secret, answer=said, words=words)
    else:
        answer_links.answer_question(secret=secret, question=question, answer=words or said)


def _shown(request: Asked, link: AnswerLink, say: dict, *, complaint: str = "", status: int = 200) -> HttpResponse:
    who = summary(link.handoff.person_id)
    audit.record(link.handoff.receiver_user, "handoff.link.read", link.handoff.person_id, f"handoff {link.handoff_id}")
    facts = {
        "say": say, "language": "en", "handoff": link.handoff, "complaint": complaint, "words": request.POST.get("words", ""),
        "who": f"{who.given} {who.family[:1]}., born {who.birth_date.year}" if who and who.birth_date else who.given if who else "",
        "answers": answer_links.ANSWERS,
        "question": Question.objects.filter(handoff=link.handoff).first(),
    }  # fmt: skip
    return render(request, "by_link/answer.html", facts, status=status)
