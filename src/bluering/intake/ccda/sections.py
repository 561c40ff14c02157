"""The sections of a document one after another, each with a tally of its statements."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bluering.intake.ccda.codes import coded
from bluering.intake.ccda.context import Context, Reference, Section
from bluering.intake.ccda.names import words_in
from bluering.intake.ccda.notes import PROSE, section_note
from bluering.intake.ccda.readers import read_statement
from bluering.intake.ccda.templates import NAMES
from bluering.intake.ccda.ties import tie_visits
from bluering.intake.ccda.tree import (
    STATEMENTS,
    V3,
    Element,
    attribute,
    code_of,
    find,
    find_all,
    is_null,
    name_of,
    templates,
)
from bluering.intake.reading import Resource, Trouble


@dataclass
class SectionTally:
    """How much of a section became FHIR. `entries` counts statements, those inside others too; it is `mapped` and
    `not_mapped` together."""

    code: str
    title: str
    entries: int = 0
    mapped: int = 0
    not_mapped: list[Trouble] = field(default_factory=list)


PLANS = frozenset(["18776-5", "51847-2", "62387-6", "69730-0", "8653-8"])
"""Plan of treatment, assessment and plan, interventions, instructions: what they hold hangs on a CarePlan."""

ACTIVITIES = frozenset(["Appointment", "DeviceRequest", "MedicationRequest", "ServiceRequest"])


def read_sections(ctx: Context, root: Element, document: Reference) -> list[SectionTally]:
    """Read every section, then what had to wait for all of them; a tally for each."""
    found = [_section(ctx, number, one, document) for number, one in enumerate(root.iter(f"{{{V3}}}section"), 1)]
    for work in ctx.waiting:
        _finish(ctx, work)
    _finish(ctx, lambda: tie_visits(ctx, root))
    return [_tally(ctx, section) for section in found]


def _finish(ctx: Context, work: Callable[[], None]) -> None:
    try:
        work()
    except Exception as problem:
        ctx.broken.append(Trouble("the document", f"two entries could not be tied ({type(problem).__name__})"))


def _section(ctx: Context, number: int, element: Element, document: Reference) -> Section:
    code = code_of(element, "code")
    section = Section(
        code, words_in(find(element, "title")), f"section {number}" + (f" ({code})" if code else ""), element
    )
    ctx.section, ctx.activities, ctx.added = section, [], []
    ctx.entries |= {entry: n for n, entry in enumerate(find_all(element, "entry"), 1)}
    for statement in statements_of(element):
        read_statement(ctx, statement)
    _plan(ctx, section, list(dict.fromkeys(ctx.added)))
    if document and code in PROSE:
        section_note(ctx, element, document)
    return section


def statements_of(section: Element) -> list[Element]:
    """The statements that are a section's entries."""
    return [one for entry in find_all(section, "entry") for one in entry if one.tag in STATEMENTS]


def _plan(ctx: Context, section: Section, made: list[tuple[str, str]]) -> None:
    """The section's CarePlan with its activities; no plan for a section that holds nothing.

    Active by definition: a plan of treatment tells of "pending orders, interventions, encounters, services, and procedures"
    (C-CDA R2.1, Plan of Treatment Section).
    """
    planned: list[dict[str, Any]] = [{"reference": _to(key)} for key in made if key[0] in ACTIVITIES]
    planned += ctx.activities
    text = "" if is_null(section.element) else ctx.words(find(section.element, "text"))
    if not (ctx.activities or (section.code in PLANS and planned) or (section.code in ("18776-5", "51847-2") and text)):
        return
    plan: Resource = {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "category": [ASSESS_PLAN],
        "title": section.title,
        "description": text,
        "subject": ctx.patient,
        "goal": [_to(key) for key in made if key[0] == "Goal"],
        "activity": planned,
    }
    ctx.add(plan, section.element, key="plan")


ASSESS_PLAN = coded(
    "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan", "Assessment and Plan of Treatment"
)


def _to(key: tuple[str, str]) -> Reference:
    return {"reference": "/".join(key)}


def _tally(ctx: Context, section: Section) -> SectionTally:
    """Count a section's statements; those of sections inside it are theirs."""
    ctx.section = section
    tally = SectionTally(section.code, section.title)
    for statement in _every_statement(section.element):
        tally.entries += 1
        trouble = ctx.refused.get(statement)
        if statement in ctx.used:
            tally.mapped += 1
        else:
            tally.not_mapped.append(trouble or Trouble(ctx.place(statement), _nameless(statement)))
    return tally


def _every_statement(section: Element) -> list[Element]:
    return [one for entry in find_all(section, "entry") for one in entry.iter() if one.tag in STATEMENTS]


def _nameless(statement: Element) -> str:
    """Why a statement was left: we do not map its template, which is named."""
    marks = templates(statement)
    named = next((NAMES[one] for one in marks if one in NAMES), "")
    what = f"{named} ({marks[0]})" if named else marks[0] if marks else f"{name_of(statement)} without a template"
    mood = attribute(statement, "moodCode")
    return f"not mapped: {what}" + (f", mood {mood}" if mood and mood != "EVN" else "")
