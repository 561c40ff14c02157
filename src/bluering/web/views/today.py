"""Today, the first page: a coordinator's morning, a clinician's day, an administrator's counts; a data steward has a page of data."""

from datetime import date, timedelta

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bluering.access import audit, permissions
from bluering.access.models import AuditEvent, Role
from bluering.access.practices import by_source, sources_of_others
from bluering.coordination import policies, tasks
from bluering.coordination import queries as coordination
from bluering.coordination.flags import to_answer, to_hear
from bluering.coordination.models import FINISHED, Handoff, Question
from bluering.coordination.questions import to_answer as to_answer_questions
from bluering.coordination.safety import in_danger, waiting_for
from bluering.coordination.sharing import board_shown
from bluering.coordination.time_elsewhere import spent_on
from bluering.intake.inbox import queries as inbox
from bluering.population import queries as population
from bluering.quality import gates
from bluering.record import queries as record
from bluering.web import (
    flags_view,
    handoff_view,
    inbox_view,
    questions_view,
    safety_view,
    tasks_view,
    time_view,
    today_view,
)
from bluering.web.asked import Asked
from bluering.web.live import live
from bluering.web.panel_view import know, visits_with
from bluering.web.rulebook import gap_rules
from bluering.web.words import greeting

LATEST_LOADS = 5
TASKS_SHOWN = 8


@require_GET
@live
def today(request: Asked) -> HttpResponse:
    """The first page, by role."""
    if request.user.role == Role.DATA_STEWARD:
        return redirect("data")
    permissions.require(request.user, "counts.read")
    day = timezone.localdate()
    views = {str(Role.COORDINATOR): coordinator, str(Role.CLINICIAN): clinician}
    facts = {"day": day, "hello": hello(request.user)}
    return views.get(request.user.role, administrator)(request, day, facts)


def hello(user) -> str:
    """The greeting with the name people use: without title and family name."""
    words = user.name.split()
    titled = words[0].rstrip(".").lower() in {"dr", "prof"}
    return f"{greeting(timezone.localtime().hour)}, {user.name if titled else words[0]}"


def coordinator(request: Asked, day: date, facts: dict) -> HttpResponse:
    """Who comes in, who came home, what would fall through, whom we wait for."""
    panel = coordination.working_panel(request.user)
    known, practices = know(panel, day, request.user), by_source()
    visits_day, visits = today_view.next_visits(day, sources_of_others(request.user), practices)
    mine = set(panel)
    resting = in_danger(panel)
    falling = today_view.falling_through(known, without=resting)
    shown = len(falling) if "all" in request.GET else today_view.SHOWN_AT_FIRST
    facts |= {
        "panel_size": len(panel),
        "coming": today_view.coming_in(
            [visit for visit in visits if visit.person_id in mine], known, practices, resting
        ),
        "visits_in_all": len(visits),
        "visits_day": visits_day,
        "home": today_view.home_from_hospital(known, without=resting),
        "falling": falling[:shown],
        "falling_in_all": len(falling),
        "waiting": coordination.waiting_on(request.user, board_shown(request.user)),
        "caseload": coordination.caseload(request.user, known.needs, day=day),
        "covering": sorted(coordination.covered_by(request.user)),
        **flags_for(request, day),
        **tasks_for(request, day),
        "concerns": concerns_for(request),
        "time": time_view.card(spent_on(request.user, day), 0),
    }
    write_down(
        request,
        [
            *facts["coming"],
            *facts["home"],
            *facts["falling"],
            *facts["flags"],
            *facts["answers"],
            *facts["concerns"],
            *facts["tasks"],
        ],
    )
    return render(request, "today/coordinator.html", facts)


def clinician(request: Asked, day: date, facts: dict) -> HttpResponse:
    """Her own appointments, and what was handed to her."""
    practices = by_source()
    visits_day, booked = today_view.next_visits(day, practices=practices)
    visits = visits_with(booked, request.user)
    asked, later = to_answer_questions(request.user)
    questions = set(Question.objects.filter(handoff__receiver_user=request.user).values_list("handoff_id", flat=True))
    handoffs = [h for h in board_shown(request.user) if h.receiver_user_id == request.user.pk and h.pk not in questions]
    ids = {visit.person_id for visit in visits} | {handoff.person_id for handoff in handoffs}
    askers = record.summaries({one.handoff.person_id for one in asked})
    known = know(policies.reachable(request.user, "person.read", ids), day, request.user)
    facts |= {
        "coming": today_view.coming_in(visits, known, practices, in_danger(ids)),
        "visits_day": visits_day,
        "questions": questions_view.rows(asked, askers),
        "questions_later": later,
        "handoffs": [
            handoff_view.view(h, today=day, may_move=True, person=known.people.get(h.person_id)) for h in handoffs
        ],
    }
    facts |= flags_for(request, day) | tasks_for(request, day) | {"concerns": concerns_for(request)}
    write_down(
        request,
        [
            *facts["coming"],
            *facts["handoffs"],
            *facts["questions"],
            *facts["answers"],
            *facts["concerns"],
            *facts["tasks"],
        ],
    )
    return render(request, "today/clinician.html", facts)


def tasks_for(request: Asked, day: date) -> dict:
    """Tasks due by tomorrow or that nobody has, but about nobody who is in danger; all of them stand on their own page."""
    mine, nobodys = tasks.mine(request.user), tasks.nobodys(request.user)
    resting = in_danger({one.person_id for one in [*mine, *nobodys]})
    soon = [one for one in mine if (one.due_date - day).days <= 1] + nobodys
    shown = [one for one in soon if one.person_id not in resting]
    people = record.summaries({one.person_id for one in shown})
    return {
        "tasks": tasks_view.rows(shown, people, request.user, day)[:TASKS_SHOWN],
        "tasks_in_all": len(mine) + len(nobodys),
    }


def concerns_for(request: Asked) -> list[safety_view.ConcernRow]:
    """Concerns for somebody's safety that wait for this user; they stand before everything else."""
    waiting = waiting_for(request.user)
    return safety_view.rows(waiting, record.summaries({one.person_id for one in waiting}), request.user)


def flags_for(request: Asked, day: date) -> dict:
    """Flags that wait for this user, and answers to theirs."""
    may = permissions.may_for_some(request.user, "flag.answer")
    waiting = to_answer(request.user) if may else []
    answered = to_hear(request.user)
    people = record.summaries({flag.person_id for flag in [*waiting, *answered]})
    return {
        "flags": flags_view.rows(waiting, people, day, may_answer=may),
        "answers": flags_view.rows(answered, people, day, user_id=request.user.pk),
    }


def administrator(request: Asked, day: date, facts: dict) -> HttpResponse:
    """How many, how much, how long ago; nobody by name."""
    since = timezone.now() - timedelta(days=1)
    reads = AuditEvent.objects.filter(at__gte=since, action__endswith=".read")
    facts |= {
        "gaps_by_rule": gaps_by_rule(),
        "gaps_blocked": gates.blocked("gaps"),
        "visits_in_all": record.count_visits_on(day),
        "visits_blocked": gates.blocked("visits"),
        "handoffs_open": Handoff.objects.exclude(state__in=FINISHED).count(),
        "loads": inbox_view.newest(LATEST_LOADS),
        "waiting": inbox.count(),
    }
    if permissions.may(request.user, "audit.read"):
        by_user = reads.values("user__display_name", "user__username")
        facts["reads"] = by_user.annotate(reads=Count("id"), persons=Count("person_id", distinct=True)).order_by(
            "-reads"
        )
    return render(request, "today/administrator.html", facts)


def gaps_by_rule() -> list[tuple[str, int]]:
    """Each rule by its title with how many gaps it holds open, the most first."""
    rules = gap_rules()
    counts = [(rules[rule].title if rule in rules else rule, count) for rule, count in population.gap_counts().items()]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0]))


def write_down(request: Asked, rows: list) -> None:
    """Everybody whose name this page shows, once each, in the audit trail."""
    audit.record_many(request.user, "person.list.read", sorted({row.person_id for row in rows}), "today")
