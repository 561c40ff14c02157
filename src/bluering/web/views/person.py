"""A person's page: the ring with its open gaps, the timeline, contacts and handoffs, gaps and need."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bluering.access.models import User
from bluering.coordination import policies
from bluering.coordination import queries as coordination
from bluering.coordination.episodes.queries import episodes_of
from bluering.coordination.flags import flags_of
from bluering.coordination.ring import build_ring
from bluering.coordination.safety import concerns_of, standing_of
from bluering.coordination.tasks import tasks_of
from bluering.coordination.team import lead_of, said_of
from bluering.population import queries as population
from bluering.population.models import GapEvent
from bluering.population.programs import programs
from bluering.population.stays import stays_in
from bluering.pulling.person import can_pull
from bluering.record import queries as record
from bluering.record.documents import document_key
from bluering.record.providers import directory_of
from bluering.record.queries import ChartValue
from bluering.web import (
    flags_view,
    gap_view,
    handoff_view,
    need_view,
    person_view,
    ring_svg,
    safety_view,
    tasks_view,
    timeline_view,
)
from bluering.web.asked import Asked
from bluering.web.doors import Opened, enter
from bluering.web.live import live
from bluering.web.payer_scores_view import scores
from bluering.web.rulebook import gap_rules

MORE_EVENTS = 2000


@dataclass(frozen=True)
class Sitting:
    """Somebody sits with one person's page: who it is, their chart and gaps, and what stands above every tab."""

    opened: Opened
    chart: ChartValue
    gaps: list[Any]
    today: date
    head: person_view.Head
    here: str
    flags: list[flags_view.FlagRow]
    concerns: list[safety_view.ConcernRow]

    @property
    def open_gaps(self) -> list[Any]:
        return [gap for gap in self.gaps if gap.state == "open"]

    @property
    def contacts(self) -> list[Any]:
        """Contacts that this user is shown, newest first."""
        return contacts_shown(self.opened)

    @property
    def handoffs(self) -> list[Any]:
        """Handoffs that this user is shown, open ones first."""
        return handoffs_shown(self.opened)

    def facts(self, **more: Any) -> dict:
        tabs = person_view.tabs(self.opened.person_id, self.here, len(self.open_gaps))
        flags = [one for one in self.flags if one.open]
        return {
            "head": self.head,
            "tabs": tabs,
            "may": self.allowed(),
            "open_flags": flags,
            "concerns": self.concerns,
            **more,
        }

    def allowed(self) -> dict[str, bool]:
        """What the buttons above the tabs ask."""
        return {verb: self.opened.may(f"{room}.{verb}") for room, verb in ABOVE} | {
            "safety": self.opened.may("safety.raise"),
            "task": self.opened.may("task.move"),
        }

    def gap_views(self, gaps: list[Any]) -> list[gap_view.GapView]:
        rules = gap_rules()
        return [gap_view.view(gap, rules.get(gap.rule), today=self.today, may=self.opened.may) for gap in gaps]

    def handoff_views(self, handoffs: list[Any]) -> list[handoff_view.HandoffView]:
        may_move = self.opened.may("handoff.move")
        return [handoff_view.view(handoff, today=self.today, may_move=may_move) for handoff in handoffs]


def contacts_shown(opened: Opened) -> list[Any]:
    """Contacts about somebody who is opened, without those of practices that keep theirs."""
    return opened.hidden.work(coordination.contacts_of(opened.person_id), lambda contact: contact.by_id)


def handoffs_shown(opened: Opened) -> list[Any]:
    """The same of handoffs."""
    return opened.hidden.work(coordination.handoffs_of(opened.person_id), lambda handoff: handoff.opened_by_id)


ABOVE = (("contact", "log"), ("handoff", "open"), ("panel", "assign"), ("flag", "raise"))


def sit(request: Asked, person_id: str, here: str, *, page: str = "") -> Sitting:
    """Let somebody in to a tab of a person's page, and write the read to the audit trail."""
    opened = enter(request, person_id, "person.read", page=page or here.strip("/") or "ring")
    hidden, today = opened.hidden, timezone.localdate()
    chart = ChartValue(person_id, hidden.tables(record.chart(person_id).tables))
    agreed = lead_of(person_id)
    practices = policies.practice_names(request.user, [person_id]).get(person_id, "")
    head = person_view.head(
        opened, chart.tables, lead_name(opened.holder), today, agreed=agreed.name if agreed else "", practices=practices
    )
    return Sitting(
        opened, chart, hidden.gaps(population.gaps_of(person_id)), today, head, here, _flags(request, opened, today),
        safety_view.rows(standing_of(person_id), {person_id: opened.summary}, request.user, told=True),
    )  # fmt: skip


def _flags(request: Asked, opened: Opened, today: date) -> list[flags_view.FlagRow]:
    found, may = flags_of(request.user, opened.person_id), opened.may("flag.answer")
    return flags_view.rows(found, {opened.person_id: opened.summary}, today, may_answer=may, user_id=request.user.pk)


def lead_name(username: str | None) -> str:
    """How the coordinator is called who holds the person; empty when nobody does."""
    user = User.objects.filter(username=username).first() if username else None
    return user.name if user else ""


@require_GET
@live
def ring(request: Asked, person_id: str) -> HttpResponse:
    """Who is around the person, and where the ring is open."""
    sitting = sit(request, person_id, "")
    handoffs = sitting.handoffs
    around = build_ring(
        person_name=sitting.head.name, tables=sitting.chart.tables, contacts=sitting.contacts,
        handoffs=handoffs, gaps=sitting.open_gaps, coordinator=sitting.head.lead or None, today=sitting.today,
        practice_sources=record.practice_sources(), team=said_of(person_id), directory=directory_of(sitting.chart.tables),
    )  # fmt: skip
    centre = person_view.centre_line(sitting.chart.tables, sitting.today)
    facts = sitting.facts(
        picture=ring_svg.draw(around, centre_name=sitting.head.given, centre_line=centre),
        **person_view.participants(around, sitting.today),
        gaps=sitting.gap_views(sitting.open_gaps),
        resting=sum(gap.state == "set_aside" for gap in sitting.gaps),
        handoffs=sitting.handoff_views([handoff for handoff in handoffs if handoff.closed_at is None]),
        need=need_view.view(population.need_of([person_id]).get(person_id), without=sitting.opened.hidden.sources),
        payer_scores=scores(sitting.chart.tables.get("risk_assessment", ()), sitting.today),
    )
    return render(request, "person/ring.html", facts)


@require_GET
@live
def timeline(request: Asked, person_id: str) -> HttpResponse:
    """What happened and what we did, newest first; of one sort or from one source when asked."""
    sitting = sit(request, person_id, "timeline/")
    shown, source = request.GET.get("show", ""), request.GET.get("source", "")
    titles = programs()
    turns = GapEvent.objects.filter(gap__person_id=person_id).select_related("gap", "by")
    events = [
        *timeline_view.fact_events(
            sitting.chart.timeline(), document_pages(sitting), stays_in(person_id, sitting.chart.tables)
        ),
        *timeline_view.contact_events(sitting.contacts),
        *timeline_view.flag_events(flags_of(request.user, person_id)),
        *timeline_view.task_events(tasks_of(request.user, person_id)),
        *timeline_view.concern_events(concerns_of(person_id)),
        *timeline_view.episode_events(
            (titles[one.program].title if one.program in titles else one.program, one)
            for one in episodes_of(request.user, person_id)
        ),
        *timeline_view.handoff_events(sitting.handoffs),
        *timeline_view.gap_events(event for event in turns if not sitting.opened.hidden.gap(event.gap)),
    ]
    wanted = timeline_view.narrowed(events, shown, source)
    limit = MORE_EVENTS if "all" in request.GET else timeline_view.SHOWN_AT_ONCE
    facts = sitting.facts(
        days=timeline_view.days(wanted, sitting.today, limit),
        filters=timeline_view.filters(events, shown, source),
        sources=timeline_view.sources(events),
        shown=shown,
        source=source,
        left=max(0, len(wanted) - limit),
        may_fetch=can_pull(person_id),
    )
    return render(request, "person/timeline.html", facts)


def document_pages(sitting: Sitting) -> dict[str, str]:
    """Fact → the page that shows it, for documents that came as XML."""
    rows = sitting.chart.tables.get("document_reference", ())
    return {
        f"{row['source']}/DocumentReference/{row['id']}": f"/people/{sitting.opened.person_id}/documents/{document_key(row['source'], row['id'])}/"
        for row in rows
        if "xml" in str(row.get("content_type") or "")
    }


@require_GET
@live
def contacts(request: Asked, person_id: str) -> HttpResponse:
    """Who was reached when, and what was handed to whom."""
    sitting = sit(request, person_id, "contacts/")
    handoffs = sitting.handoff_views(sitting.handoffs)
    said = sitting.contacts
    shown = tasks_view.rows(
        tasks_of(request.user, person_id), {person_id: sitting.opened.summary}, request.user, sitting.today, told=True
    )
    minutes = sum(contact.minutes for contact in said if (sitting.today - timezone.localdate(contact.at)).days < 30)
    return render(
        request, "person/contacts.html",
        sitting.facts(contacts=said, handoffs=handoffs, minutes_lately=minutes, tasks=shown, tasks_open=sum(row.stands for row in shown)),
    )  # fmt: skip


@require_GET
@live
def gaps(request: Asked, person_id: str) -> HttpResponse:
    """Everything that is or was open, and what the need is made of."""
    sitting = sit(request, person_id, "gaps/")
    in_state = {state: [g for g in sitting.gaps if g.state == state] for state in ("open", "set_aside", "closed")}
    facts = sitting.facts(
        **{f"gaps_{state}": sitting.gap_views(found) for state, found in in_state.items()},
        need=need_view.view(population.need_of([person_id]).get(person_id), without=sitting.opened.hidden.sources),
        payer_scores=scores(sitting.chart.tables.get("risk_assessment", ()), sitting.today),
    )
    return render(request, "person/gaps.html", facts)
