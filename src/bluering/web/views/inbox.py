"""The Inbox: everything that could not be read, one item or many at a time."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.access.practices import sources_of_others
from bluering.errors import BadInput
from bluering.filing import queries as filing
from bluering.intake.inbox import actions, queries
from bluering.intake.inbox.queries import Item, Wanted
from bluering.intake.models import Replay
from bluering.pipeline.reading_again import read_again
from bluering.record.names import source_name
from bluering.web import inbox_rows, inbox_view, sheets
from bluering.web.asked import Asked
from bluering.web.live import live_about
from bluering.web.words import many

SHOWN, SHOWN_ASIDE, SHOWN_LOADS, SHOWN_REPLAYS = 50, 50, 15, 3


@require_GET
@live_about("inbox")
def inbox(request: Asked) -> HttpResponse:
    """The queue, the oldest first, and the reasons. Where an item stood is named; what it says is not shown."""
    permissions.require(request.user, "intake.read")
    wanted, limit = asked_for(request, request.GET), 10 * SHOWN if "all" in request.GET else SHOWN
    may_work = permissions.may(request.user, "inbox.work")
    shown = {"may_work": may_work, "named": permissions.may(request.user, "inbox.open")}
    aside = queries.queue(wanted, limit=SHOWN_ASIDE, aside=True)
    said = queries.last_words(aside, "set_aside")
    facts = {
        "rows": inbox_rows.rows(queries.queue(wanted, limit=limit), request.user, **shown),
        "waiting": queries.count(wanted),
        "reasons": inbox_rows.reason_rows(queries.reasons(wanted)),
        "aside": [(inbox_rows.row(one, None, request.user, **shown), said.get((one.kind, one.id))) for one in aside],
        "wanted": wanted,
        "narrowed": wanted != theirs(request),
        "sources": [(name, source_name(name)) for name in queries.sources(theirs(request))],
        "ages": queries.AGES.items(),
        "replays": replays(),
        "loads": inbox_view.newest(SHOWN_LOADS),
        "may_work": may_work,
        "documents": filing.count_waiting(request.user) if permissions.may(request.user, "documents.file") else 0,
    }
    return render(request, "inbox/inbox.html", facts)


def theirs(request: Asked) -> Wanted:
    """Everything but what came to practices that this user does not serve."""
    return Wanted(without=tuple(sorted(sources_of_others(request.user))))


def asked_for(request: Asked, given) -> Wanted:
    """What a page or a form asks for; a number that is none asks for nothing that exists."""
    item = given.get("item_id", "")
    return replace(
        theirs(request),
        kind=given.get("kind", ""), source=given.get("source", ""), reason=given.get("reason", ""),
        age=given.get("age", ""), item_id=None if not item else int(item) if item.isdecimal() else 0,
    )  # fmt: skip


def replays() -> list[inbox_rows.ReplayView]:
    """Those under way, and the last one that finished today."""
    newest = Replay.objects.select_related("by").order_by("-id")[:SHOWN_REPLAYS]
    views = [inbox_rows.replay(row) for row in newest]
    return [view for place, view in enumerate(views) if not view.finished or place == 0]


def item_or_404(request: Asked, kind: str, item_id: int) -> Item:
    item = queries.find(kind, item_id)
    if item is None or item.source in sources_of_others(request.user):
        raise Http404
    return item


@require_GET
def item(request: Asked, kind: str, item_id: int) -> HttpResponse:
    """One item: where it stood, why, who works on it, and what can be done."""
    permissions.require(request.user, "intake.read")
    return sheets.show(request, "inbox/item.html", item_facts(request, item_or_404(request, kind, item_id)))


def item_facts(request: Asked, found: Item) -> dict:
    may = {name: permissions.may(request.user, f"inbox.{name}") for name in ("work", "open")}
    claim = queries.claim_on(found.kind, found.id)
    return {
        "row": inbox_rows.row(found, claim, request.user, may_work=may["work"], named=may["open"]),
        "claim": claim,
        "history": queries.history(found.kind, found.id),
        "may": may,
        "state": found.state,
        "wanted": replace(theirs(request), kind=found.kind, item_id=found.id),
    }


@require_POST
def claim(request: Asked, kind: str, item_id: int) -> HttpResponse:
    """Begin to work on an item; with a word, in place of a colleague."""
    found, word = item_or_404(request, kind, item_id), request.POST.get("word", "")
    actions.claim(kind=kind, item_id=item_id, by=request.user, word=word)
    return answer(request, found)


@require_POST
def release(request: Asked, kind: str, item_id: int) -> HttpResponse:
    """Let an item go."""
    permissions.require(request.user, "inbox.work")
    item_or_404(request, kind, item_id)
    actions.release(kind=kind, item_id=item_id, by=request.user)
    return answer(request, item_or_404(request, kind, item_id))


def answer(request: Asked, found: Item) -> HttpResponse:
    """The row inside the list, the sheet inside the dialog, the page without a script."""
    if not request.htmx:
        return redirect("inbox")
    facts = item_facts(request, found)
    if request.htmx.target == "sheet-body":
        return sheets.show(request, "inbox/item.html", facts)
    return render(request, "inbox/_row.html", facts)


@require_POST
def renew(request: Asked) -> HttpResponse:
    """An open page keeps its user's claims."""
    permissions.require(request.user, "inbox.work")
    actions.renew(by=request.user)
    return HttpResponse(status=204)


@require_POST
def show_bytes(request: Asked, kind: str, item_id: int) -> HttpResponse:
    """The bytes around the place, for those who may, written down."""
    permissions.require(request.user, "inbox.open")
    found = item_or_404(request, kind, item_id)
    audit.record(request.user, "inbox.open.read", detail=f"{kind} {item_id}")
    facts = {"text": inbox_rows.text_around(queries.raw_of(kind, item_id), found.reason)}
    if request.htmx:
        return render(request, "inbox/_bytes.html", facts)
    return sheets.show(request, "inbox/item.html", item_facts(request, found) | facts)


@require_http_methods(["GET", "POST"])
def set_aside(request: Asked) -> HttpResponse:
    """Put one item, or all with a reason, out of the queue and say why."""
    permissions.require(request.user, "inbox.work")
    wanted, complaint = asked_for(request, request.POST or request.GET), ""
    if request.method == "POST":
        try:
            done = actions.set_aside(wanted=wanted, why=request.POST.get("why", ""), by=request.user)
        except BadInput as error:
            complaint = str(error).removeprefix("why: ").capitalize()
        else:
            messages.success(request, f"Set aside: {many(done, 'item')}.")
            return sheets.done(request, "/inbox/")
    facts = {"wanted": wanted, "count": queries.count(wanted), "complaint": complaint}
    return sheets.show(request, "inbox/set_aside.html", facts, status=422 if complaint else 200)


@require_POST
def take_up(request: Asked, kind: str, item_id: int) -> HttpResponse:
    """Put an item that was set aside back into the queue."""
    item_or_404(request, kind, item_id)
    actions.take_up(kind=kind, item_id=item_id, by=request.user)
    messages.success(request, "Taken up again.")
    return sheets.done(request, "/inbox/")


@require_POST
def replay(request: Asked) -> HttpResponse:
    """Have one item, all with a reason, or all read again. Reading twice does no harm."""
    asked = actions.ask_for_replay(wanted=asked_for(request, request.POST), by=request.user)
    read_again.enqueue(asked.pk)
    return sheets.done(request, "/inbox/")


@require_GET
def replay_progress(request: Asked, replay_id: int) -> HttpResponse:
    """How far a reading again has come; asked every second until it has finished."""
    permissions.require(request.user, "intake.read")
    row = Replay.objects.select_related("by").filter(pk=replay_id).first()
    if row is None:
        raise Http404
    return render(request, "inbox/_replay.html", {"replay": inbox_rows.replay(row)})
