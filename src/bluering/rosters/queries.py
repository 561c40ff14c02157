"""Reads of payers' lists for pages: months, who came and left, and the questions that stand open. Few queries, however long a list is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, QuerySet

from bluering.record import built as shelves
from bluering.rosters.building import root
from bluering.rosters.models import Question, QuestionState, RosterMonth

MEMBERS = "WHERE source = ? AND month = ? ORDER BY coalesce(person_id, member_key) LIMIT ? OFFSET ?"
CHANGED = "WHERE source = ? AND month = ? AND change = ? ORDER BY coalesce(person_id, member_key) LIMIT ? OFFSET ?"


@dataclass(frozen=True)
class Member:
    """Somebody on a list: whom the record knows as `person_id` (None when nobody), and the payer's reference."""

    person_id: str | None
    member_key: str
    since: date | None = None
    until: date | None = None
    clinician: str = ""


def months() -> list[RosterMonth]:
    """Every month of every list, by source, the newest first."""
    return list(RosterMonth.objects.all())


def month_of(source: str, month: date) -> RosterMonth | None:
    return RosterMonth.objects.filter(source=source, month=month).first()


def members(source: str, month: date, *, show: str = "", start: int = 0, most: int = 100) -> list[Member]:
    """Members of one month, or those who were `added` or `dropped`; some at a time."""
    if show in ("added", "dropped"):
        rows = shelves.rows(root(), "roster_change", CHANGED, [source, month, show, most, start])
        return [Member(row["person_id"], row["member_key"]) for row in rows]
    return [_member(row) for row in shelves.rows(root(), "roster_member", MEMBERS, [source, month, most, start])]


def _member(row: Mapping[str, Any]) -> Member:
    number = f"NPI {row['provider_number']}" if row["provider_number"] else ""
    return Member(row["person_id"], row["member_key"], row["since"], row["until"], row["provider_display"] or number)


def questions(
    among: QuerySet[Question], *, state: str = QuestionState.OPEN, kind: str = "", source: str = ""
) -> QuerySet[Question]:
    """Questions, the newest stretch first."""
    found = among.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    if source:
        found = found.filter(source=source)
    return found.order_by(F("since").desc(nulls_last=True), "kind", "id")


def counts(among: QuerySet[Question], state: str = QuestionState.OPEN, source: str = "") -> dict[str, int]:
    """Kind → how many stand so."""
    found = among.filter(state=state)
    if source:
        found = found.filter(source=source)
    return dict(found.values_list("kind").annotate(Count("id")).order_by())


def open_by_source() -> dict[str, int]:
    """Source → how many questions stand open."""
    return dict(
        Question.objects.filter(state=QuestionState.OPEN).values_list("source").annotate(Count("id")).order_by()
    )


def waiting() -> int:
    """How many questions stand open in all."""
    return Question.objects.filter(state=QuestionState.OPEN).count()
