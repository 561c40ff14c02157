"""Programs: which there are, who is found for them, who is in them; and every decision about somebody, on their own page."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluering.access import audit, permissions
from bluering.coordination import policies
from bluering.coordination.episodes import queries, table
from bluering.coordination.episodes.actions import Attempt, Consent, Said, consider, move_episode, re_enter
from bluering.coordination.episodes.fidelity import steps_by_practice
from bluering.coordination.models import Episode
from bluering.coordination.sharing import NOTHING, hidden_from
from bluering.errors import BadInput, Refusal
from bluering.pipeline.looking_ahead import look_ahead
from bluering.population import preview
from bluering.population.models import Preview
from bluering.population.programs import findings_of, programs
from bluering.population.rules import next_programs
from bluering.record import queries as record
from bluering.web import programs_view, sheets
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.forms import ConsiderForm, EpisodeForm
from bluering.web.live import live
from bluering.web.views.person import sit
from bluering.web.views.work import answer

AT_ONCE = 50


@require_GET
def all_of_them(request: Asked) -> HttpResponse:
    """Every program, and how many are where in it."""
    permissions.require(request.user, "programs.read")
    rows = programs_view.rows(programs(), queries.counts(), queries.found_counts())
    return render(request, "programs/programs.html", {"rows": rows})


@require_GET
def program(request: Asked, name: str) -> HttpResponse:
    """One program in words; for whoever looks after people, whom it found among them and who is in it."""
    permissions.require(request.user, "programs.read")
    known = programs()
    if name not in known:
        raise Http404
    one, today = known[name], timezone.localdate()
    facts: dict[str, Any] = {
        "program": one,
        "levels": one.levels.values(),
        "numbers": programs_view.numbers(one),
        "decides": False,
        "sites": steps_by_practice(name, request.user, today),
        "next": name in next_programs(),
        "left": programs_view.left(queries.left_because(name)),
    }
    if permissions.may_for_some(request.user, "program.move"):
        found, standing = queries.found_for(name, request.user), queries.standing_in(name, request.user)
        shown = {row.person_id for row in found[:AT_ONCE]} | {row.person_id for row in standing}
        people = record.summaries(shown)
        audit.record_many(request.user, "person.list.read", sorted(shown), f"program {name}")
        facts |= {
            "decides": True,
            "found": programs_view.found(found[:AT_ONCE], people, known),
            "found_in_all": len(found),
            "standing": [
                programs_view.episode(row, one, today=today, name=people[row.person_id].name, told=False)
                for row in standing if row.person_id in people
            ],
        }  # fmt: skip
    return render(request, "programs/program.html", facts)


@require_GET
def next_version(request: Asked, name: str) -> HttpResponse:
    """The version that the practice tries: what is new in it, and for whom something would change. Asked every second while a look is taken."""
    permissions.require(request.user, "programs.read")
    waiting = next_programs().get(name)
    if waiting is None:
        raise Http404
    looked = Preview.objects.filter(program=name).order_by("-id").first()
    standing, may_try = programs().get(name), permissions.may(request.user, "programs.try")
    facts: dict[str, Any] = {"name": name, "now": standing, "problem": "", "looked": looked, "may_try": may_try}
    if isinstance(waiting, BadInput):
        facts["problem"] = str(waiting)
    else:
        facts |= programs_view.tried(waiting, standing, looked, _named_in(request, looked))
    partial = request.htmx and request.htmx.target == "look"
    return render(request, "programs/_look.html" if partial else "programs/next.html", facts)


def _named_in(request: Asked, looked: Preview | None) -> dict[str, Any]:
    """Those of a look whom this user may decide about; the others are counted."""
    if looked is None or not permissions.may_for_some(request.user, "program.move"):
        return {}
    persons = set(looked.rows.values_list("person_id", flat=True))
    named = record.summaries(policies.reachable(request.user, "program.move", persons))
    audit.record_many(request.user, "person.list.read", sorted(named), f"next version of {looked.program}")
    return named


@require_POST
def try_next(request: Asked, name: str) -> HttpResponse:
    """Have a worker look at everybody with the next version."""
    permissions.require(request.user, "programs.try")
    if name not in next_programs():
        raise Http404
    asked = preview.ask(preview.tried(name))
    audit.record(request.user, "programs.try", detail=f"program {name}")
    look_ahead.enqueue(asked.pk)
    return redirect("next-program", name)


@require_GET
@live
def of_person(request: Asked, person_id: str) -> HttpResponse:
    """Every program this person is in, was in, or may be for."""
    sitting = sit(request, person_id, "programs/")
    known, may = programs(), sitting.opened.may("program.move")
    findings = findings_of([person_id])
    decided = queries.open_programs(person_id)
    found = [row for row in findings if row.finding == "enter" and row.program not in decided]
    episodes = [
        programs_view.episode(one, known.get(one.program), today=sitting.today, findings=findings, may=may)
        for one in queries.episodes_of(request.user, person_id)
    ]
    offered = {row.program for row in found} | decided
    facts = sitting.facts(
        episodes=episodes,
        found=programs_view.found(found, {person_id: sitting.opened.summary}, known),
        others=[one for one in known.values() if one.id not in offered],
        may_decide=may,
    )
    return render(request, "person/programs.html", facts)


@require_http_methods(["GET", "POST"])
def think_of(request: Asked, person_id: str, name: str) -> HttpResponse:
    """Consider somebody for a program."""
    opened = enter(request, person_id, "program.move")
    known = programs().get(name)
    if known is None:
        raise Http404
    found = next((row for row in findings_of([person_id], "enter") if row.program == name), None)
    form = ConsiderForm(request.POST) if request.method == "POST" else ConsiderForm()

    def act() -> None:
        consider(person_id=person_id, program=name, by=request.user, why=form.cleaned_data["reason"])

    facts = {"program": known, "found": found}
    return answer(request, form, opened, act, "Considered", "sheets/consider.html", facts)


@require_http_methods(["GET", "POST"])
def decide(request: Asked, episode_id: int, name: str) -> HttpResponse:
    """One decision about an episode, as the table of moves asks for it."""
    episode, opened = _episode(request, episode_id)
    move, known = table.MOVES.get(name), programs().get(episode.program)
    if move is None or known is None:
        raise Http404
    start = {
        "seen": episode.turn,
        "level": episode.level or known.first_level,
        "mode": "phone",
        "whom": "person",
        "minutes": 5,
    }
    form = EpisodeForm(known, request.POST) if request.method == "POST" else EpisodeForm(known, initial=start)

    def act() -> None:
        said = form.cleaned_data
        move_episode(episode=episode, move=name, by=request.user, said=_said(move, said), seen=said["seen"])

    facts = {
        "program": known,
        "episode": episode,
        "move": move,
        "needs_consent": "consent" in move.asks and known.consent,
    }
    return _turn(request, form, opened, act, f"{known.title}: {move.label.lower()}", "sheets/episode.html", facts)


@require_http_methods(["GET", "POST"])
def begin_again(request: Asked, episode_id: int) -> HttpResponse:
    """Begin again after an end, with the old story."""
    episode, opened = _episode(request, episode_id)
    known = programs().get(episode.program)
    if known is None:
        raise Http404
    form = ConsiderForm(request.POST) if request.method == "POST" else ConsiderForm()

    def act() -> None:
        re_enter(episode=episode, by=request.user, reason=form.cleaned_data["reason"])

    facts = {"program": known, "episode": episode, "again": True}
    return answer(request, form, opened, act, f"{known.title}: begun again", "sheets/consider.html", facts)


def _turn(request: Asked, form: Any, opened: Opened, act: Any, said: str, template: str, facts: dict) -> HttpResponse:
    """As `answer`; a colleague who was first is told beside the form."""
    try:
        return answer(request, form, opened, act, said, template, facts)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        shown = facts | {"form": form, "person_id": opened.person_id, "who_name": opened.summary.name}
        return sheets.show(request, template, shown, status=422)


def _said(move: table.Move, given: dict) -> Said:
    """What the form brings, as the action reads it."""
    consent = Consent(given["said_by"], given["how"], given["cost_said"]) if "consent" in move.asks else None
    attempt = None
    if "attempt" in move.asks and given["mode"] and given["reached"]:
        attempt = Attempt(
            timezone.now(), given["mode"], given["reached"] == "yes", given["whom"], given["minutes"] or 0
        )
    return Said(given["reason"], given["level"], given["until"], consent, attempt, given["because"])


def _episode(request: Asked, episode_id: int) -> tuple[Episode, Opened]:
    episode = Episode.objects.filter(pk=episode_id, is_double=False).first()
    if episode is None:
        raise Http404
    opened = enter(request, episode.person_id, "program.move")
    if episode.by_id in hidden_from(request.user, [episode.person_id]).get(episode.person_id, NOTHING).staff:
        raise Http404
    return episode, opened
