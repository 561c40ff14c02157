"""A source's columns as the page shows them: everything that can be chosen, and what is chosen."""

from typing import Any

from django.http import QueryDict

from bluering.intake.claims.table.mapping import AMOUNTS
from bluering.intake.claims.table.mapping import KINDS as CLAIM_KINDS
from bluering.intake.claims.table.mapping import Mapping as Claims
from bluering.intake.roster.mapping import SCORE_IS
from bluering.intake.roster.mapping import Mapping as Roster
from bluering.intake.schedule import statuses
from bluering.intake.schedule.mapping import Mapping as Schedule
from bluering.intake.tables.columns import DATE_FORMATS, NAME_ORDERS, Columns
from bluering.intake.tables.kinds import KINDS
from bluering.intake.tables.table import Table

COLUMN, STATUS = "column-", "status-"


def kind_from(asked: QueryDict) -> type[Columns]:
    """The kind of table that is chosen on the page."""
    return KINDS.get(asked.get("kind", ""), Schedule)


def mapping_from(asked: QueryDict, kept: dict[str, str] | None) -> Columns:
    """What somebody chose on the page; `kept` are the words for states of somebody who is not shown any."""
    kind = kind_from(asked)
    said: dict[str, Any] = {
        "columns": {target: name for target in kind.TARGETS if (name := asked.get(COLUMN + target, ""))},
        "date_format": asked.get("date_format", "mdy"),
        "name_order": asked.get("name_order", "family_first"),
        "identifier_system": asked.get("identifier_system", "").strip(),
    }
    if kind is Roster:
        said |= {name: asked.get(name, "").strip() for name in ("payer", "score_name")}
        return Roster(**said, score_is=asked.get("score_is", "level"))
    if kind is Claims:
        said |= {"payer": asked.get("payer", "").strip(), "usual_kind": asked.get("usual_kind", "professional")}
        return Claims(**said, amounts_are=asked.get("amounts_are", "line"))
    minutes = asked.get("usual_minutes", "")
    return Schedule(
        **said,
        statuses=kept if kept is not None else _statuses(asked),
        makes_patients=asked.get("makes_patients") != "no",
        usual_minutes=int(minutes) if minutes.isdigit() and 1 <= int(minutes) <= 600 else 20,
        full_window=asked.get("full_window") == "yes",
    )


def _statuses(asked: QueryDict) -> dict[str, str]:
    return {key.removeprefix(STATUS): value for key, value in asked.items() if key.startswith(STATUS) and value}


def choices(table: Table, mapping: Columns, *, named: bool) -> dict:
    """Everything that can be chosen, with what is chosen now. A word for the status may be anything: only `named` users see it."""
    targets = [(COLUMN + key, label, mapping.columns.get(key, "")) for key, (label, _) in mapping.TARGETS.items()]
    return {
        "kind": mapping.KIND,
        "kinds": [(name, kind.TITLE) for name, kind in KINDS.items()],
        "targets": [one for one in targets if one[2]],
        "not_there": [one for one in targets if not one[2]],
        "header": [name for name in table.header if name],
        "date_formats": DATE_FORMATS.items(),
        "name_orders": NAME_ORDERS.items(),
        "mapping": mapping,
        "words": unknown_words(table, mapping) if named and isinstance(mapping, Schedule) else [],
        "states": statuses.FHIR,
        "score_is": SCORE_IS.items(),
        "claim_kinds": CLAIM_KINDS.items(),
        "amounts": AMOUNTS.items(),
    }


def unknown_words(table: Table, mapping: Schedule) -> list[tuple[str, str, str]]:
    """(field, word, chosen state) for the sample's status words that are not known of themselves."""
    column = mapping.columns.get("status", "")
    words = dict.fromkeys(statuses.plain(row.cells.get(column, "")) for row in table.rows)
    own = [word for word in words if word and word not in statuses.BY_WORD]
    return [(STATUS + word, word, mapping.statuses.get(word, "")) for word in own[:20]]
