"""The first rows of a sample as they are understood, for every kind of table."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
from django.conf import settings
from django.utils import timezone

from bluering.intake.claims.table import read as claims
from bluering.intake.claims.table.mapping import Mapping as Claims
from bluering.intake.reading import Resource
from bluering.intake.roster import read as roster
from bluering.intake.roster.mapping import Mapping as Roster
from bluering.intake.schedule.mapping import Mapping as Schedule
from bluering.intake.schedule.understand import Understood, understand
from bluering.intake.tables.columns import DATE_FORMATS, Columns, suggest_date_format
from bluering.intake.tables.table import Table
from bluering.web import status
from bluering.web.words import day_words

SHOWN_ROWS, SHOWN_REFUSED = 12, 40
DATES = (
    "start", "start_date", "birth_date", "month", "attributed_from", "attributed_until", "coverage_start", "coverage_end", "score_date",
    "service_from", "service_until", "paid_on", "admitted_on",
)  # fmt: skip
FIRST_MEMBERS = """
SELECT number, concat_ws(', ', family, given), coalesce(patient_id, id), birth::TEXT, of_month,
  concat_ws(' ', clinician_name, clinician_npi), score, coalesce(plan, '')
FROM member ORDER BY number LIMIT ?
"""

FIRST_CLAIMS = """
SELECT c.number, c.claim_number, c.member_id, concat_ws(', ', c.kind, c.setting), c.since::TEXT, (SELECT count(*) FROM line l WHERE l.claim_key = c.claim_key),
  array_to_string(list_slice(c.icd, 1, 6), ' '), c.billed_total::TEXT, CASE WHEN c.cancelled THEN 'taken back' WHEN c.denied THEN 'denied' ELSE c.paid_total::TEXT END
FROM claim c ORDER BY c.number LIMIT ?
"""


@dataclass(frozen=True)
class TriedRow:
    """One row of the sample as an appointment."""

    number: int
    patient: str
    born: str
    start: str
    minutes: int
    state: status.Look
    what: str
    practitioner: str
    place: str


@dataclass(frozen=True)
class TriedMember:
    """One row of the sample as a member of a month's list."""

    number: int
    member: str
    known_as: str
    born: str
    month: str
    clinician: str
    score: str
    plan: str


@dataclass(frozen=True)
class TriedClaim:
    """Some rows of the sample as a claim."""

    number: int
    claim: str
    member: str
    kind: str
    served: str
    lines: int
    diagnoses: str
    billed: str
    paid: str


def dry_run(table: Table, mapping: Columns, source: str, *, named: bool) -> dict:
    """The sample as understood. `named`: this user may see what rows say; others see the shape of names and words only."""
    if wrong := mapping.faults(table.header):
        return {"wrong": wrong, "masked": not named}
    found = TRIED[type(mapping)](table, mapping, source, named)
    columns = [name for target in DATES if (name := mapping.columns.get(target))]
    settled = suggest_date_format(row.cells.get(name, "") for row in table.rows for name in columns)
    return found | {
        "open_order": not settled[1],
        "other_order": settled[1] and settled[0] == "dmy" and mapping.date_format == "mdy",
        "order_words": DATE_FORMATS[mapping.date_format],
        "masked": not named,
    }


def _claims(table: Table, mapping: Columns, source: str, named: bool) -> dict:
    assert isinstance(mapping, Claims)
    show = str if named else shape
    with duckdb.connect() as engine:
        found = claims.understand(engine, table, mapping, source=source, today=timezone.localdate())
        rows = engine.execute(FIRST_CLAIMS, [SHOWN_ROWS]).fetchall()
    return {
        "claims": [
            TriedClaim(number, show(claim), show(member), kind, show(since), lines, show(icd), show(billed or ""), show(paid or ""))
            for number, claim, member, kind, since, lines, icd, billed, paid in rows
        ],
        "good": found.claims,
        "refused": sorted(found.refused)[:SHOWN_REFUSED],
        "refused_count": len(found.refused),
    }  # fmt: skip


def _roster(table: Table, mapping: Columns, source: str, named: bool) -> dict:
    assert isinstance(mapping, Roster)
    today, show = timezone.localdate(), str if named else shape
    with duckdb.connect() as engine:
        found = roster.understand(engine, table, mapping, source=source, month=today, today=today)
        rows = engine.execute(FIRST_MEMBERS, [SHOWN_ROWS]).fetchall()
    return {
        "members": [
            TriedMember(
                number,
                show(name),
                show(known_as),
                show(birth or ""),
                f"{month:%b %Y}",
                show(clinician),
                score or "",
                plan,
            )
            for number, name, known_as, birth, month, clinician, score, plan in rows
        ],
        "good": sum(found.months.values()),
        "months": [f"{month:%B %Y}: {count:,}" for month, count in found.months.items()],
        "refused": sorted(found.refused)[:SHOWN_REFUSED],
        "refused_count": len(found.refused),
    }


def _schedule(table: Table, mapping: Columns, source: str, named: bool) -> dict:
    assert isinstance(mapping, Schedule)
    zone = ZoneInfo(settings.TIME_ZONE)
    found = understand(table.rows, mapping, zone, source=source)
    refused = [*table.broken, *((one.row, one.reason) for one in found.refused)]
    return {
        "tried": [_row(one, found, named) for one in list(found.appointments.values())[:SHOWN_ROWS]],
        "good": len(found.appointments),
        "refused": sorted(refused)[:SHOWN_REFUSED],
        "refused_count": len(refused),
        "remarks": sorted(found.remarks)[:SHOWN_REFUSED],
        "zone": settings.TIME_ZONE,
    }


def _row(appointment: Resource, found: Understood, named: bool) -> TriedRow:
    show = str if named else shape
    actors = [entry["actor"] for entry in appointment["participant"]]
    patient = found.others.get(actors[0]["reference"], {})
    start, end = (datetime.fromisoformat(appointment[key]) for key in ("start", "end"))
    said = [appointment.get("appointmentType", {}).get("text", ""), appointment.get("description", "")]
    return TriedRow(
        number=found.row_of[appointment["id"]],
        patient=show(_name(patient) or patient.get("id") or actors[0]["reference"].partition("/")[2]),
        born=show(patient.get("birthDate", "")),
        start=f"{day_words(start)} {start.year}, {start:%H:%M}",
        minutes=int((end - start).total_seconds() // 60),
        state=status.look(status.APPOINTMENT_STATE, appointment["status"]),
        what=show(" · ".join(filter(None, said))),
        practitioner=show(_display(actors, "Practitioner")),
        place=show(_display(actors, "Location")),
    )


def _name(patient: Resource) -> str:
    name = (patient.get("name") or [{}])[0]
    return ", ".join(filter(None, [name.get("family", ""), " ".join(name.get("given", []))]))


def _display(actors: Iterable[dict], kind: str) -> str:
    return next((one.get("display", "") for one in actors if one["reference"].startswith(f"{kind}/")), "")


def shape(text: str) -> str:
    """A text with its letters and digits hidden: "Andrews, W" is "Xxxxxxx, X"."""
    return re.sub(r"[^\W\d_]", lambda m: "X" if m[0].isupper() else "x", re.sub(r"\d", "0", text))


TRIED = {Schedule: _schedule, Roster: _roster, Claims: _claims}
