"""Plain lists of Medicare numbers, one a line, as CMS writes who is aligned with a participant (files named PCPB, GUIDE or ACCESS)."""

import re

from bluering.intake.claims.cclf.people import MBI_SYSTEM
from bluering.intake.roster.mapping import Mapping
from bluering.intake.tables.table import Row, Table

HEADING = re.compile(r"(?:mbi|mbis|medicare (?:number|id)s?|bene_mbi_id)", re.IGNORECASE)
NUMBER = re.compile(r"(?=[A-Za-z]*\d)[A-Za-z0-9]{7,20}")
COLUMN = "MBI"
MAPPING = Mapping(columns={"patient_id": COLUMN}, identifier_system=MBI_SYSTEM, payer="Medicare")
LOOKED_AT = 50


def looks_like(head: bytes) -> bool:
    """Whether a file that begins so is such a list: a heading that says so, or nothing but numbers."""
    lines = [
        line.strip() for line in head.decode("latin-1").removeprefix("ï»¿").splitlines()[:LOOKED_AT] if line.strip()
    ]
    if not lines:
        return False
    return bool(HEADING.fullmatch(lines[0])) or all(NUMBER.fullmatch(line) for line in lines)


def read(raw: bytes) -> Table:
    """The list as a table of one column; lines that are no number are broken rows."""
    rows: list[Row] = []
    broken: list[tuple[int, str]] = []
    for number, line in enumerate(raw.decode("utf-8-sig", errors="replace").splitlines(), 1):
        said = line.strip().strip(",;\"'")
        if not said or (not rows and not broken and HEADING.fullmatch(said)):
            continue
        if NUMBER.fullmatch(said):
            rows.append(Row(number, {COLUMN: said.upper()}))
        else:
            broken.append((number, "not a Medicare number; one stands alone on each line, letters and digits only"))
    return Table([COLUMN], rows, broken, "\n", "utf-8")
