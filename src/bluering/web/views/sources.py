"""Sources: how each is doing, and what is expected of it."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bluering.access import audit, permissions
from bluering.access.models import Role, User
from bluering.errors import BadInput
from bluering.evaluation.months import claim_months
from bluering.intake.claims.x12.kept import kept, text_of
from bluering.intake.inbox import queries as inbox
from bluering.intake.inbox.queries import Wanted
from bluering.quality import actions, queries
from bluering.quality.models import Source
from bluering.web import inbox_view, months_view, sheets, sources_view
from bluering.web.asked import Asked
from bluering.web.doors import own_source
from bluering.web.forms import SourceForm
from bluering.web.live import live_about

SHOWN_LOADS, SHOWN_WAITING = 15, 6
SLOWLY = 15


@require_GET
@live_about("data", SLOWLY)
def sources(request: Asked) -> HttpResponse:
    """Every source, the silent ones first."""
    permissions.require(request.user, "sources.read")
    now = timezone.now()
    rows = rows_of(now, queries.sources())
    return render(
        request, "sources/sources.html", {"rows": rows, "silent": sum(r.silence.variant == "critical" for r in rows)}
    )


def rows_of(now: datetime, found: list[Source]) -> list[sources_view.SourceRow]:
    """These sources as rows, the silent ones first."""
    unread, unmapped = queries.unread_share(now), queries.unmapped_counts()
    volumes = queries.volumes([source.name for source in found], now, sources_view.HOURS_SHOWN)
    rows = [
        sources_view.row(one, unread.get(one.name, 0), unmapped.get(one.name, 0), volumes[one.name], now)
        for one in found
    ]
    return sorted(rows, key=lambda row: (row.silence.variant != "critical", row.title.lower()))


def source_or_404(name: str) -> Source:
    source = queries.source(name)
    if source is None:
        raise Http404
    return source


@require_GET
@live_about("data", SLOWLY)
def source(request: Asked, source: str) -> HttpResponse:
    """One source: its rhythm, its lag, what could not be read, and codes that nobody can read."""
    permissions.require(request.user, "sources.read")
    found, now = source_or_404(source), timezone.now()
    codes = queries.unmapped(source)
    facts = {
        "source": found,
        "title": sources_view.title_of(found),
        "row": rows_of(now, [found])[0],
        "events": [
            (event or "not said", count) for event, count in queries.kinds_of_message(source, now - timedelta(days=7))
        ],
        "left_out": queries.left_out(source, now - timedelta(days=7)),
        "reasons": inbox.reasons(Wanted(source=source)),
        "codes": [(code, now - code.first_seen < queries.NEW) for code in codes],
        "loads": inbox_view.newest(SHOWN_LOADS, source),
        "may_manage": permissions.may(request.user, "sources.manage"),
        "answers": kept(source),
        "may_download": permissions.may(request.user, "inbox.open"),
        **claims_of(source),
    }
    return render(request, "sources/source.html", facts)


@require_GET
def answer(request: Asked, source: str, name: str) -> HttpResponse:
    """The acknowledgement of one X12 file, to be sent back to who sent it."""
    permissions.require(request.user, "inbox.open")
    own_source(request, source)
    text = text_of(source_or_404(source).name, name)
    if text is None:
        raise Http404
    audit.record(request.user, "sources.answer.read", detail=f"source {source}")
    return HttpResponse(
        text, content_type="application/edi-x12", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def claims_of(source: str) -> dict:
    """How its claims came in by month of care; nothing of a source that tells none."""
    months = claim_months(source)
    if not months:
        return {}
    waiting = [one for one in reversed(months) if not one.complete][:SHOWN_WAITING]
    return {
        "claims": months_view.claim_bars(months),
        "claims_lag": months_view.lag_words(months),
        "claims_open": [
            (months_view.month_words(one.month), months_view.come_words(one.completeness, False)) for one in waiting
        ],
    }


@require_http_methods(["GET", "POST"])
def describe(request: Asked, source: str) -> HttpResponse:
    """What is expected of a source."""
    permissions.require(request.user, "sources.manage")
    found, team = source_or_404(source), stewards()
    start = {
        "title": found.title,
        "steward": found.steward_id or "",
        "silent_after": found.silent_after,
        "notes": found.notes,
    }
    form = SourceForm(request.POST) if request.method == "POST" else SourceForm(initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = next((user for user in team if str(user.pk) == given.pop("steward")), None)
        try:
            actions.describe(source=found, steward=chosen, by=request.user, **given)
        except BadInput as error:
            sheets.complain(form, error)
        else:
            messages.success(request, "Noted.")
            return sheets.done(request, f"/sources/{found.name}/")
    facts = {"form": form, "source": found, "title": sources_view.title_of(found), "team": team}
    return sheets.show(request, "sources/describe.html", facts, status=422 if form.errors else 200)


def stewards() -> list[User]:
    return list(User.objects.filter(role=Role.DATA_STEWARD, is_active=True).order_by("display_name", "username"))
