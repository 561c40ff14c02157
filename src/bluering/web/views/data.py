"""The data steward's day: what is silent, what fails, what could not be read, what nobody can read."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bluering.access import permissions
from bluering.errors import BadInput
from bluering.intake.inbox import queries as inbox
from bluering.quality import gates, ledger, queries
from bluering.quality.models import DataGap, Source
from bluering.web import inbox_rows, sheets, sources_view
from bluering.web.asked import Asked
from bluering.web.forms import SetAsideForm
from bluering.web.live import live_about

SHOWN_CODES, SHOWN_REASONS, USUAL_REST_DAYS = 12, 6, 7


@require_GET
@live_about("data", 5)
def data(request: Asked) -> HttpResponse:
    """One page of gaps of data, gates, the queue by reason, and new codes; nobody by name."""
    permissions.require(request.user, "sources.read")
    titles = {source.name: sources_view.title_of(source) for source in Source.objects.all()}
    latest, now = gates.latest(), timezone.now()
    facts = {
        "gaps": [
            (gap, titles.get(gap.subject, "") if gap.rule == "source_silent" else "") for gap in queries.standing_gaps()
        ],
        "gates": [(gate, latest.get(gate.id), said(latest.get(gate.id))) for gate in gates.load_gates()],
        "reasons": inbox_rows.reason_rows(inbox.reasons(limit=SHOWN_REASONS)),
        "waiting": inbox.count(),
        "codes": [
            (code, titles.get(code.source, code.source), now - code.first_seen < queries.NEW)
            for code in queries.unmapped(limit=SHOWN_CODES)
        ],
        "may_manage": permissions.may(request.user, "sources.manage"),
    }
    return render(request, "data/data.html", facts)


def said(result) -> str:
    return gates.said(result) if result else "not looked at yet; the worker looks every hour"


@require_http_methods(["GET", "POST"])
def set_aside(request: Asked, gap_id: int) -> HttpResponse:
    """Let a gap of data rest until a day, with the reason."""
    permissions.require(request.user, "sources.manage")
    gap = DataGap.objects.filter(pk=gap_id).first()
    if gap is None:
        raise Http404
    today = timezone.localdate()
    start = {"until": (today + timedelta(days=USUAL_REST_DAYS)).isoformat()}
    form = SetAsideForm(request.POST) if request.method == "POST" else SetAsideForm(initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            ledger.set_aside(gap=gap, by=request.user, **form.cleaned_data)
        except BadInput as error:
            sheets.complain(form, error)
        else:
            messages.success(request, "Set aside.")
            return sheets.done(request, "/data/")
    facts = {"form": form, "gap": gap, "earliest": (today + timedelta(days=1)).isoformat()}
    return sheets.show(request, "data/set_aside.html", facts, status=422 if form.errors else 200)
