"""The cover sheet of what is sent out: its code brings the reply back."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bluering.coordination import policies, replies
from bluering.coordination.models import Handoff
from bluering.web import documents_view
from bluering.web.asked import Asked
from bluering.web.doors import enter

MOST_PAGES = 999


@require_GET
def cover(request: Asked, handoff_id: int) -> HttpResponse:
    """To print: who it goes to, how many pages, and the code. It names no patient, for faxes go astray."""
    handoff = Handoff.objects.select_related("owner", "receiver_user").filter(pk=handoff_id).first()
    if handoff is None:
        raise Http404
    opened = enter(request, handoff.person_id, "handoff.move", page=f"cover of handoff {handoff.pk}")
    if opened.hidden.handoff(handoff, request.user):
        raise Http404
    practice = policies.practice_for(request.user, handoff.person_id)
    code, pages = replies.reply_code(handoff=handoff, by=request.user), request.GET.get("pages", "")
    facts = {
        "handoff": handoff,
        "practice": practice.name if practice else settings.PRACTICE_NAME,
        "by": request.user.name,
        "today": timezone.localdate(),
        "pages": pages if pages.isdecimal() and 0 < int(pages) <= MOST_PAGES else "",
        "code": code,
        "square": documents_view.drawing(code, square=True),
        "line": documents_view.drawing(code, square=False),
    }
    return render(request, "handoffs/cover.html", facts)
