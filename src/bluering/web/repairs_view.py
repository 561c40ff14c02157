"""Work that may be about somebody else, as a page shows it: what it is, who did it, and the two whom it may be about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bluering.coordination.models import Kind, Mode, Repair
from bluering.coordination.repairs import MOVABLE, rows_of
from bluering.population.programs import programs
from bluering.record import queries as record
from bluering.record.models import PersonSummary
from bluering.web.words import day_words

WHERE = {"document": "Open the document", "gap": "Open the gap"}


@dataclass(frozen=True)
class Owner:
    """One of the two persons."""

    id: str
    name: str
    facts: str


@dataclass(frozen=True)
class Row:
    """One piece of work. `elsewhere` is where it is put right when not here, with `elsewhere_words` on the button."""

    id: int
    what: str
    by: str
    meanwhile: str
    here: Owner
    other: Owner
    elsewhere: str
    elsewhere_words: str


def rows(repairs: Iterable[Repair]) -> list[Row]:
    """Repairs in their order; rows that are gone are left out."""
    shown = list(repairs)
    work = rows_of(shown)
    names = record.summaries({person for one in shown for person in (one.person_id, one.other_id)})
    return [_row(one, work[one.kind, one.row], names) for one in shown if (one.kind, one.row) in work]


def _row(one: Repair, row: Any, names: dict[str, PersonSummary]) -> Row:
    what, by = SAYS[one.kind](row)
    addresses = {
        "document": f"/people/{one.person_id}/documents/{one.row}/",
        "gap": f"/people/{one.person_id}/",
    }
    return Row(
        one.pk, what, f"by {by.display_name}" if by else "",
        f"They were taken for one person from {day_words(one.since)} to {day_words(one.found_at)}.",
        _owner(one.person_id, names), _owner(one.other_id, names),
        "" if one.kind in MOVABLE else addresses[one.kind], WHERE.get(one.kind, ""),
    )  # fmt: skip


def _owner(person: str, names: dict[str, PersonSummary]) -> Owner:
    one = names.get(person)
    if one is None:
        return Owner(person, "Name not known", "")
    facts = [
        f"born {one.birth_date:%-d %b %Y}" if one.birth_date else "",
        f"MRN {one.mrn}" if one.mrn else "",
        one.city,
    ]
    return Owner(person, one.name, ", ".join(fact for fact in facts if fact))


def _contact(row: Any) -> tuple[str, Any]:
    return f"{Mode(row.mode).label} on {day_words(row.at)}: {row.purpose}", row.by


def _handoff(row: Any) -> tuple[str, Any]:
    return f"{Kind(row.kind).label} to {row.receiver}: {row.title}, opened {day_words(row.opened_at)}", row.opened_by


def _team(row: Any) -> tuple[str, Any]:
    said = "no longer on the care team" if row.gone_at else "on the care team"
    return f"{row.name} {said}, {day_words(row.at)}", row.by


def _lead(row: Any) -> tuple[str, Any]:
    return f"{row.name or 'The practice'} leads, agreed {day_words(row.at)}", row.by


def _flag(row: Any) -> tuple[str, Any]:
    return f"Flag raised {day_words(row.raised_at)}: {row.why}", row.raised_by


def _episode(row: Any) -> tuple[str, Any]:
    known = programs().get(row.program)
    return f"{known.title if known else row.program}, considered {day_words(row.at)}", row.by


def _concern(row: Any) -> tuple[str, Any]:
    return f"Safety path opened {day_words(row.opened_at)}", row.opened_by


def _task(row: Any) -> tuple[str, Any]:
    return f"Task opened {day_words(row.at)}: {row.title}", row.by


def _document(row: Any) -> tuple[str, Any]:
    return (
        f"A document of {row.pages} page{'' if row.pages == 1 else 's'}, filed {day_words(row.filed_at)}",
        row.filed_by,
    )


def _gap(row: Any) -> tuple[str, Any]:
    until = f" until {day_words(row.set_aside_until)}" if row.set_aside_until else ""
    return f"Gap set aside{until}: {row.title}", row.set_aside_by


SAYS = {
    "contact": _contact,
    "handoff": _handoff,
    "team": _team,
    "lead": _lead,
    "flag": _flag,
    "episode": _episode,
    "concern": _concern,
    "task": _task,
    "document": _document,
    "gap": _gap,
}
