"""A source's columns as the page shows them: the choices, and the first rows of the sample as understood."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import QueryDict

from bluering.intake.reading import Resource
from bluering.intake.schedule import statuses
from bluering.intake.schedule.mapping import DATE_FORMATS, NAME_ORDERS, TARGETS, Mapping, faults, suggest_date_format
from bluering.intake.schedule.table import Table
from bluering.intake.schedule.understand import Understood, understand
from bluering.web import status
from bluering.web.words import day_words

SHOWN_ROWS, SHOWN_REFUSED = 12, 40
COLUMN, STATUS = "column-", "status-"


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


def mapping_from(asked: QueryDict, kept: dict[str, str] | None) -> Mapping:
    """What somebody chose on the page; `kept` are the words for states of somebody who is not shown any."""
    minutes = asked.get("usual_minutes", "")
    return Mapping(
        columns={target: name for target in TARGETS if (name := asked.get(COLUMN + target, ""))},
        date_format=asked.get("date_format", "mdy"),
        name_order=asked.get("name_order", "family_first"),
        statuses=kept if kept is not None else _statuses(asked),
        identifier_system=asked.get("identifier_system", "").strip(),
        makes_patients=asked.get("makes_patients") != "no",
        usual_minutes=int(minutes) if minutes.isdigit() and 1 <= int(minutes) <= 600 else 20,
        full_window=asked.get("full_window") == "yes",
    )


def _statuses(asked: QueryDict) -> dict[str, str]:
    return {key.removeprefix(STATUS): value for key, value in asked.items() if key.startswith(STATUS) and value}


def choices(table: Table, mapping: Mapping, *, named: bool) -> dict:
    """Everything that can be chosen, with what is chosen now. A word for the status may be anything: only `named` users see it."""
    return {
        "targets": [(COLUMN + key, label, mapping.columns.get(key, "")) for key, (label, _) in TARGETS.items()],
        "header": [name for name in table.header if name],
        "date_formats": DATE_FORMATS.items(),
        "name_orders": NAME_ORDERS.items(),
        "mapping": mapping,
        "words": unknown_words(table, mapping) if named else [],
        "states": statuses.FHIR,
    }


def unknown_words(table: Table, mapping: Mapping) -> list[tuple[str, str, str]]:
    """(field, word, chosen state) for the sample's status words that are not known of themselves."""
    column = mapping.columns.get("status", "")
    words = dict.fromkeys(statuses.plain(row.cells.get(column, "")) for row in table.rows)
    own = [word for word in words if word and word not in statuses.BY_WORD]
    return [(STATUS + word, word, mapping.statuses.get(word, "")) for word in own[:20]]


def dry_run(table: Table, mapping: Mapping, source: str, *, named: bool) -> dict:
    """The sample as understood. `named`: this user may see what rows say; others see the shape of names and words only."""
    if wrong := faults(mapping, table.header):
        return {"wrong": wrong}
    zone = ZoneInfo(settings.TIME_ZONE)
    found = understand(table.rows, mapping, zone, source=source)
    refused = [*table.broken, *((one.row, one.reason) for one in found.refused)]
    dates = [
        row.cells.get(mapping.columns.get(t, ""), "")
        for row in table.rows
        for t in ("start", "start_date", "birth_date")
    ]
    settled = suggest_date_format(dates)
    return {
        "tried": [_row(one, found, named) for one in list(found.appointments.values())[:SHOWN_ROWS]],
        "good": len(found.appointments),
        "refused": sorted(refused)[:SHOWN_REFUSED],
        "refused_count": len(refused),
        "remarks": sorted(found.remarks)[:SHOWN_REFUSED],
        "open_order": not settled[1],
        "other_order": settled[1] and settled[0] == "dmy" and mapping.date_format == "mdy",
        "order_words": DATE_FORMATS[mapping.date_format],
        "zone": settings.TIME_ZONE,
        "masked": not named,
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
