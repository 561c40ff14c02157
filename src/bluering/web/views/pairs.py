"""Who is who: pairs of records that may be one person, one after the other."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.coordination import policies
from bluering.coordination.repairs import count_waiting
from bluering.errors import Refusal
from bluering.identity.models import MatchPair, PairState
from bluering.identity.queries import persons_of
from bluering.pipeline import who_is_who
from bluering.web import pairs_view
from bluering.web.asked import Asked

SHOWN = 100
SAID = {
    "same": "They are one person now.",
    "different": "They stay two persons.",
    "unsure": "Put off; it stands under Not sure.",
}


@require_GET
def pairs(request: Asked) -> HttpResponse:
    """Those to look at first, the likeliest on top."""
    permissions.require(request.user, "identity.review")
    state = request.GET.get("state", "")
    state = state if state in pairs_view.STATES else PairState.WAITING
    theirs = policies.pairs_for(request.user)
    found = theirs.filter(state=state).order_by("-probability", "id")
    counts = {name: theirs.filter(state=name).count() for name in pairs_view.STATES}
    shown = list(found[:SHOWN])
    audit.record_many(request.user, "person.list.read", _persons(shown), "pairs of records")
    tabs = [
        {
            "href": f"/who/?state={name}",
            "words": words,
            "here": name == state,
            "count": counts[name] or "",
            "variant": "neutral",
        }
        for name, words in pairs_view.STATES.items()
    ]
    facts = {
        "rows": pairs_view.rows(shown), "tabs": tabs, "state": state, "more": max(counts[state] - SHOWN, 0),
        "zones": pairs_view.zones_in_words(), "repairs": count_waiting(),
    }  # fmt: skip
    return render(request, "pairs/list.html", facts)


@require_http_methods(["GET", "POST"])
def pair(request: Asked, pair_id: int) -> HttpResponse:
    """Two records side by side; a decision goes on to the next pair."""
    permissions.require(request.user, "identity.review")
    found = policies.pairs_for(request.user).filter(pk=pair_id).first()
    if found is None:
        raise Http404
    fault = ""
    if request.method == "POST":
        verdict, note = request.POST.get("verdict", ""), request.POST.get("note", "").strip()
        try:
            who_is_who.decide(found.pk, verdict, by=request.user.username, note=note)
        except Refusal as refusal:
            fault = str(refusal)
        else:
            messages.success(request, SAID.get(verdict, ""))
            following = pairs_view.next_waiting(policies.pairs_for(request.user), but=found.pk)
            return redirect(f"/who/{following.pk}/" if following else "/who/")
    audit.record_many(request.user, "person.identity.read", _persons([found]), f"pair {found.pk}")
    records, lines, more = pairs_view.side_by_side(found)
    facts = {
        "pair": found, "records": records, "lines": lines, "more": more, "bars": pairs_view.bars(found),
        "percent": pairs_view.percent(found.probability), "state": pairs_view.STATES.get(found.state, "No longer alike"),
        "open": found.state in (PairState.WAITING, PairState.UNSURE), "history": pairs_view.history(found), "fault": fault,
    }  # fmt: skip
    return render(request, "pairs/pair.html", facts)


@require_POST
def take_back(request: Asked, pair_id: int) -> HttpResponse:
    """Undo what was decided, and ask again."""
    permissions.require(request.user, "identity.review")
    if not policies.pairs_for(request.user).filter(pk=pair_id).exists():
        raise Http404
    who_is_who.take_back(pair_id, by=request.user.username)
    messages.success(request, "Taken back. Everything is where it was before.")
    return redirect(f"/who/{pair_id}/")


def _persons(shown: list[MatchPair]) -> list[str]:
    return sorted(set(persons_of({key for one in shown for key in (one.left_key, one.right_key)}).values()))
