"""Made-up values for /ui: every component in every state. Nobody here exists."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bluering.quality import gates
from bluering.quality.models import GateResult
from bluering.web import months_view, ring_svg, sources_view, status
from bluering.web.documents_view import Choice, fit
from bluering.web.forms import MoveForm
from bluering.web.gap_view import Button, Evidence, GapView
from bluering.web.handoff_view import HandoffView


@dataclass
class SamplePerson:
    """As coordination.ring.Participant."""

    id: str
    name: str
    initials: str
    role: str
    kind: str
    state: str = "current"
    why: str = ""
    last_exchange: date | None = None
    gap_ids: list[int] = field(default_factory=list)
    confirmed: bool = False


@dataclass
class SampleLink:
    """As coordination.ring.Link."""

    a: str
    b: str
    state: str
    why: str


@dataclass
class SampleArrow:
    """As coordination.ring.Arrow."""

    from_id: str
    to_id: str
    title: str
    handoff_id: int


@dataclass
class SampleRing:
    """As coordination.ring.Ring."""

    participants: list[SamplePerson]
    links: list[SampleLink]
    handoffs: list[SampleArrow]


AROUND = (
    ("Dr Amara Busy", "AB", "primary care", "clinic", "current"),
    ("Dana Ruiz, RN", "DR", "care coordinator", "clinic", "current"),
    ("Anna Andrews", "AA", "daughter", "family", "current"),
    ("Lena Ortiz", "LO", "home aide", "family", "quiet"),
    ("Meals Together", "MT", "meals at home", "community", "open"),
    ("Riverside Pharmacy", "RP", "pharmacy", "pharmacy", "current"),
    ("Specialty Pharmacy of the Lakes", "SP", "pharmacy", "pharmacy", "open"),
    ("Dr Henry Love", "HL", "cardiology", "specialist", "open"),
    ("Dr Iris Kidney", "IK", "nephrology", "specialist", "current"),
    ("County General Hospital", "CG", "hospital", "hospital", "open"),
    ("Heartland Health Plan", "HH", "payer", "payer", "current"),
)


def ring(size: int) -> ring_svg.Picture:
    """A ring of `size` participants, with gaps and two open handoffs when it is large enough."""
    people = [_person(i) for i in range(size)]
    links = [_link(people[i], people[(i + 1) % size]) for i in range(size)]
    arrows = (
        [SampleArrow("p9", "p0", "Discharge summary", 1), SampleArrow("p7", "p1", "Cardiology visit", 2)]
        if size > 9
        else []
    )
    return ring_svg.draw(SampleRing(people, links, arrows), centre_name="Walter", centre_line="day 1 at home")


def _person(i: int) -> SamplePerson:
    name, letters, role, kind, state = AROUND[i % len(AROUND)]
    why = "last letter 3 Mar" if state == "current" else "nothing passed since the discharge"
    gaps = [1] if state == "open" else []
    return SamplePerson(f"p{i}", name, letters, role, kind, state, why, None, gaps, confirmed=i % 3 == 0)


def _link(a: SamplePerson, b: SamplePerson) -> SampleLink:
    states = {a.state, b.state}
    state = "gap" if "open" in states else "partial" if "quiet" in states else "closed"
    return SampleLink(
        a.id, b.id, state, "information passed 3 Mar" if state == "closed" else "information has not passed"
    )


def gaps() -> list[GapView]:
    return [
        gap(i, severity, days)
        for i, (severity, days) in enumerate(
            (("critical", -2), ("critical", 0), ("gap", 1), ("due", 5), ("due", 20)), start=1
        )
    ]


def gap(number: int, severity: str, days: int) -> GapView:
    return GapView(
        id=number,
        person_id="sample",
        title="Call within 2 business days of discharge",
        sentence="She went home from County General on 18 Mar and nobody has spoken with her since.",
        severity=severity,
        state=status.look(status.GAP_STATE, "open"),
        due=status.due_look(days, severity),
        due_date=date(2026, 3, 19) + timedelta(days=days),
        who="for the coordinator · with County General",
        evidence=[
            Evidence("hospital stay ended", "18 Mar", "County General, 5 days", "county-general"),
            Evidence("calls since", "none", "", "Bluering"),
        ],
        buttons=[Button("Call now", "/ui/")],
        aside=Button("Set aside", "/ui/"),
        rule_title="First call after a hospital stay, version 1",
        rule_source="Transitional care management, first contact",
        rule_says="Interactive contact within 2 business days following the discharge.",
    )


def handoffs() -> list[HandoffView]:
    """A handoff at four places of its way."""
    steps = ("arrived", "accepted", "result back", "acted on", "told")
    ways = (("draft", 0, None), ("sent", 0, -3), ("in_progress", 2, 1), ("closed", 5, None))
    return [
        HandoffView(
            id=number,
            person_id="sample",
            person_name="Andrews, Walter" if number == 2 else "",
            title="Cardiology visit within 2 weeks",
            kind=status.HANDOFF_KIND["referral"],
            between="Dana Ruiz to Lakeside Cardiology",
            state=status.look(status.HANDOFF_STATE, state),
            due=None if days is None else status.due_look(days),
            late=bool(days and days < 0),
            responsible="" if state == "closed" else "Dana Ruiz",
            opened="5 days ago",
            steps=[(words, place < done) for place, words in enumerate(steps)],
            done=done / len(steps),
            is_open=state != "closed",
            may_move=state != "closed",
            note="",
        )
        for number, (state, done, days) in enumerate(ways, start=1)
    ]


def document_choices() -> list[Choice]:
    """Persons a document may be about, from sure to just found."""
    why = "date of birth, family name, given name on page 1"
    ways = ((1, why, 95), (2, why, 70), (3, "family name on page 2", 50))
    fitting = [
        Choice(key, f"c{key}", "Walter Andrews", "03/09/1951", "Lakeside", words, fit(score))
        for key, words, score in ways
    ]
    return [*fitting, Choice(0, "c4", "Nora Hale", "07/02/1960", "", "", fit(0))]


def form() -> MoveForm:
    """A form nobody has filled in, with its complaints."""
    return MoveForm({})


def hours() -> sources_view.Bars:
    """Two days of a feed that is busy by day, with its last hours missing."""
    now = datetime(2026, 3, 19, 17, 30, tzinfo=UTC)
    volume = {
        now.replace(minute=0) - timedelta(hours=back): (4 + (back * 7) % 23, 0)
        for back in range(5, 24 * 21)
        if (17 - back) % 24 in range(7, 20)
    }
    return sources_view.draw(volume, "messages", now)


def months() -> months_view.Bars:
    """A year of which the last two months still wait for claims."""
    heights = (312, 298, 341, 305, 290, 322, 318, 301, 333, 310, 240, 96)
    points = [(f"month {n}", float(height), n < 11, f"${height}") for n, height in enumerate(heights, 1)]
    return months_view.draw(points, 313.0, "Paid by month, 12 months of which 10 are complete")


def blocked() -> list[tuple]:
    """A gate that fails."""
    gate = gates.Gate("sample", "The same fact twice", "Every count of it is too high.", "", 0.02, (), "")
    return [(gate, GateResult(gate="sample", since=datetime(2026, 3, 19, tzinfo=UTC)))]


def facts() -> dict:
    """Everything the gallery's template shows."""
    return {
        "looks": {
            name: list(getattr(status, name).items())
            for name in ("SEVERITY", "GAP_STATE", "HANDOFF_STATE", "PARTICIPANT_STATE")
        },
        "levels": list(status.NEED.items()),
        "kinds": list(status.KIND),
        "rings": [(n, ring(n)) for n in (3, 11, 25)],
        "gaps": gaps(),
        "handoffs": handoffs(),
        "form": form(),
        "document_choices": document_choices(),
        "hours": hours(),
        "months": months(),
        "blocked": blocked(),
        "minis": [(0, "critical"), (0.3, "critical"), (0.5, "gap"), (0.75, "due"), (1, "ok")],
        "meters": [0, 40, 100, 118],
        "tabs": [
            {"words": "Ring", "href": "/ui/", "here": True, "count": 0, "variant": ""},
            {"words": "Timeline", "href": "/ui/", "here": False, "count": 0, "variant": ""},
            {"words": "Gaps", "href": "/ui/", "here": False, "count": 4, "variant": "critical"},
        ],
    }
