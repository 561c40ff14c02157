"""Which of a chart's sources is the practice that answers for the person, and what the practice is called."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from bluering.coordination.ring_values import Tables, rows_of, text_of

HOSPITAL_CLASSES = {
    "IMP": "hospital stay", "ACUTE": "hospital stay", "NONAC": "hospital stay", "OBSENC": "observation stay",
    "EMER": "emergency visit",
}  # fmt: skip


def in_hospital(row: dict) -> bool:
    """Is this encounter one of a hospital?"""
    return row.get("class_code") in HOSPITAL_CLASSES


@dataclass(frozen=True)
class Practice:
    """The practice that answers for the person, and how to tell its rows from those of others."""

    name: str
    sources: frozenset[str]
    organizations: frozenset[str]

    def has(self, row: dict) -> bool:
        """Is this row about something at the practice?"""
        place = row.get("service_provider_id")
        return row.get("source") in self.sources and (
            not place or not self.organizations or place in self.organizations
        )


def practice_of(tables: Tables, practice_sources: Collection[str] = ()) -> Practice:
    """The practice: from the sources told, otherwise the source that names the person's clinician and sees them most."""
    sources = frozenset(practice_sources) or frozenset(_likely_source(tables))
    patients = [row for row in rows_of(tables, "patient") if row.get("source") in sources]
    organizations = frozenset(
        row["managing_organization_id"] for row in patients if row.get("managing_organization_id")
    )
    practice = Practice("", sources, organizations)
    visits = [row for row in rows_of(tables, "encounter") if practice.has(row) and not in_hospital(row)]
    named = Counter(place for row in visits if (place := text_of(row, "service_provider_display")))
    listed = [text_of(row, "name") for row in rows_of(tables, "organization") if row.get("id") in organizations]
    name = max(named, key=lambda place: (named[place], place)) if named else next(filter(None, listed), "")
    return Practice(name or "The practice", sources, organizations)


def _likely_source(tables: Tables) -> list[str]:
    patients = rows_of(tables, "patient")
    answering = {row.get("source") for row in patients if text_of(row, "general_practitioner_id", "general_practitioner_display")}  # fmt: skip
    managing = {row.get("source") for row in patients if row.get("managing_organization_id")}
    visits = Counter(row.get("source") for row in rows_of(tables, "encounter") if not in_hospital(row))
    known = sorted((s for s in answering or managing if s), key=lambda source: (-visits[source], source))
    return known[:1]
