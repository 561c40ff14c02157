"""The inbox: what came in, what of it could not be read, and reading that again."""

from pathlib import PurePath

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from bluering import pipeline
from bluering.access import audit, permissions
from bluering.intake.models import Load, Quarantine
from bluering.record.queries import source_name
from bluering.web import inbox_view
from bluering.web.asked import Asked
from bluering.web.words import many

SHOWN_LOADS, SHOWN_PIECES = 30, 200


@require_GET
def inbox(request: Asked) -> HttpResponse:
    """The latest loads and every piece that waits. Where a piece stood is named; what it says is not shown."""
    permissions.require(request.user, "intake.read")
    waiting = Quarantine.objects.filter(state="waiting").defer("raw")
    named = permissions.may(request.user, "inbox.open")
    facts = {
        "loads": [inbox_view.load(row) for row in Load.objects.order_by("-id")[:SHOWN_LOADS]],
        "pieces": [
            {"source": source_name(p.source), "place": place(p, named), "reason": p.reason, "at": p.at}
            for p in waiting.order_by("-id")[:SHOWN_PIECES]
        ],
        "waiting": waiting.count(),
        "may_work": permissions.may(request.user, "inbox.work"),
        "reasons": waiting.order_by().values("reason").annotate(count=Count("id")).order_by("-count")[:8],
    }
    return render(request, "inbox/inbox.html", facts)


def place(piece: Quarantine, named: bool) -> str:
    """The line, and for those who may see its bytes the file, because a file's name may hold somebody's."""
    return f"{PurePath(piece.file).name}, line {piece.line}" if named else f"line {piece.line}"


@require_POST
def replay(request: Asked) -> HttpResponse:
    """Try everything that waits once more, after its cause was mended. Reading twice does no harm."""
    permissions.require(request.user, "inbox.work")
    before = Quarantine.objects.filter(state="waiting").count()
    pipeline.replay()
    left = Quarantine.objects.filter(state="waiting").count()
    audit.record(request.user, "intake.replay", detail=f"{before} tried, {left} left")
    messages.success(request, f"Read again: {many(max(0, before - left), 'piece')} came in, {left} still wait.")
    return redirect("inbox")
