"""Read all sample C-CDA documents and pieces, and write docs/reference/ccda.md: what was mapped, and how we agree with others.

Run from the repository: `PYTHONPATH=src python scripts/tally_ccda.py`. The samples are in the folder BLUERING_SHARED.
"""

import json
import os
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BLUERING_SHARED") or ROOT.parent / "shared")
SAMPLES = SHARED / "data/ccda"
PAGE = ROOT / "docs/reference/ccda.md"

from bluering.intake.ccda.document import Document, read_document  # noqa: E402
from bluering.intake.ccda.fragments import read_fragment  # noqa: E402
from bluering.intake.ccda.parse import looks_like  # noqa: E402

LEFT = re.compile(r"not mapped: (.*)")


@dataclass
class Row:
    """One folder of samples. `silent` are statements that say nothing that could be mapped."""

    documents: int = 0
    entries: int = 0
    mapped: int = 0
    silent: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)


@dataclass
class Tally:
    """All folders; what was left by template; why statements said nothing."""

    rows: dict[str, Row] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0


def samples() -> list[Path]:
    """Every XML file of the samples."""
    return sorted(path for path in SAMPLES.rglob("*") if path.suffix.lower() == ".xml")


def read(path: Path) -> Document:
    """One sample: a document, or a piece of one."""
    data = path.read_bytes()
    return (read_document if looks_like(data[:65_536]) else read_fragment)(data, source="sample")


def row_of(path: Path) -> str:
    """The vendor or collection that a sample belongs to."""
    first, *rest = path.relative_to(SAMPLES).parts
    whole = looks_like(path.read_bytes()[:65_536])
    if first == "ehr-2015-samples":
        return rest[0]
    name = "C-CDA Examples (HL7)" if first == "hl7-examples" else "ccda-to-fhir fixtures"
    return f"{name}, {'documents' if whole else 'pieces'}"


def tally() -> Tally:
    """Read everything once."""
    found = Tally()
    for path in samples():
        row = found.rows.setdefault(row_of(path), Row())
        started = time.perf_counter()
        document = read(path)
        row.seconds += time.perf_counter() - started
        add(found, row, document)
    return found


def add(found: Tally, row: Row, document: Document) -> None:
    """Count one document."""
    row.documents += 1
    row.kinds.update(one["resourceType"] for one in document.reading.resources)
    found.unreadable += len(document.reading.unreadable)
    for section in document.sections:
        row.entries += section.entries
        row.mapped += section.mapped
        for trouble in section.not_mapped:
            named = LEFT.fullmatch(trouble.reason)
            row.silent += named is None
            (found.left if named else found.silent)[named[1] if named else trouble.reason] += 1


def leaves(value: Any, path: str = "") -> Counter[tuple[str, str]]:
    """All leaves of a resource as (path without positions, value)."""
    found: Counter[tuple[str, str]] = Counter()
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("id", "reference", "contained", "resourceType"):
                found += leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            found += leaves(inner, path)
    else:
        found[path, _same(value)] += 1
    return found


def _same(value: Any) -> str:
    """Values that mean the same look the same: times without zero fractions, words without case."""
    text = str(float(value)) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
    return re.sub(r"(:\d\d)\.0+(Z|[+-])", r"\1\2", text).casefold()


@dataclass
class Agreement:
    """How one expected resource compares with ours: leaves that agree, and the others."""

    name: str
    agreed: int
    expected: int
    differing: list[tuple[str, str]]


FIXTURES = SAMPLES / "ccda-to-fhir-fixtures"
READ_FROM = {"practitioner": "author"}


def agreements() -> list[Agreement]:
    """Each of the fixtures' expectations, with the resources contained in it."""
    return [compare(path) for path in sorted((FIXTURES / "fhir").glob("*.json"))]


def compare(path: Path) -> Agreement:
    """An expectation against the resources that we make of the same piece."""
    expected = json.loads(path.read_text())
    piece = FIXTURES / "ccda" / f"{READ_FROM.get(path.stem, path.stem)}.xml"
    ours = read(piece).reading.resources
    wanted = [expected, *(one for one in expected.get("contained", []) if one["resourceType"] != "Medication")]
    differing: list[tuple[str, str]] = []
    total = 0
    for one in wanted:
        leaf, closest = leaves(one), [leaves(other) for other in ours if other["resourceType"] == one["resourceType"]]
        best = max(closest, key=lambda other, leaf=leaf: (leaf & other).total(), default=Counter())
        total += leaf.total()
        differing += list((leaf - best).elements())
    return Agreement(path.stem, total - len(differing), total, differing)


NARRATIVE = "it stands in the narrative, which the piece does not hold"
EXPLAINED = {
    ("encounter", "type.text"): f"the expectation's text differs from the code's name; {NARRATIVE}",
    (
        "immunization",
        "route.coding.system",
    ): "the expectation has an address of a staging server; ours is HL7's for NCI Thesaurus",
    (
        "medication",
        "dosageInstruction.route.coding.system",
    ): "as in immunization; elsewhere the expectation has our address",
    ("patient", "identifier.system"): "the expectation has system and value the wrong way round",
    ("patient", "identifier.value"): "the expectation has system and value the wrong way round",
    ("patient", "name.text"): "we write names by their parts only",
    ("patient", "address.text"): "we write addresses by their parts only",
    ("patient", "communication.language.coding.display"): "the sender gives the code alone",
    (
        "pregnancy",
        "component.code.coding.display",
    ): "we keep the sender's name of the code (Estimated date of delivery)",
    ("problem", "clinicalStatus.coding.display"): "the code says it; we add no name",
    ("problem", "code.coding.display"): "the sender gives the codes of two translations without names",
    ("problem", "onsetAge"): "FHIR allows one onset, and the date is told too; the age is listed as not mapped",
    ("procedure", "code.coding.system"): "the sender calls a code of ICD-10-PCS one of ICD-10-CM; we do not correct it",
    ("result", "code.text"): NARRATIVE,
    ("vital_signs", "category.text"): "the code and its name say it",
    ("vital_signs", "code.text"): "ours is the sender's name of the panel (Vital Signs)",
}


def explained(name: str, path: str) -> str:
    """Why one leaf of an expectation is not what we make; empty when we have no reason."""
    return next((why for (piece, start), why in EXPLAINED.items() if piece == name and path.startswith(start)), "")


HEAD = """# C-CDA: what is read of real documents

Drawn from the samples by `python scripts/tally_ccda.py`; edit that, not this page. The reader is described in
[its README](../../src/bluering/intake/ccda/README.md).

A *statement* is an act, observation, medicine, procedure and so on, wherever it stands in an entry. It is *mapped* when it
went into a FHIR resource; it is *silent* when it does not say what it is about (no code, no words, "unknown"), so that there
is nothing to map; the rest is *left*, by template, in the second table. Each document lists its own silent and left
statements with their places.

The samples: documents of certified EHR products (public domain, github.com/jddamore/ccda-samples), HL7's C-CDA examples
(CC0, github.com/HL7/C-CDA-Examples), and the fixtures of ccda-to-fhir (MIT, github.com/NurraHealth/ccda-to-fhir). All of
their patients are fictional.

## By vendor
"""


def page(found: Tally) -> str:
    """The whole page."""
    parts = [HEAD, _vendors(found), _left(found), _silent(found), _agreements()]
    return "\n".join(parts)


def _vendors(found: Tally) -> str:
    heads = ["Folder", "Read", "Statements", "Mapped", "Silent", "Left"]
    heads += ["Problems", "Medicines", "Allergies", "Encounters", "Care teams"]
    rows = [_cells(name, row) for name, row in sorted(found.rows.items())]
    total = Row()
    for row in found.rows.values():
        total.documents += row.documents
        total.entries += row.entries
        total.mapped += row.mapped
        total.silent += row.silent
        total.kinds.update(row.kinds)
    return (
        _table(heads, [*rows, _cells("**All**", total)])
        + "\nOf entries that could not be read at all there are "
        + (f"{found.unreadable}.\n")
    )


def _cells(name: str, row: Row) -> list[str]:
    kinds = row.kinds
    medicines = kinds["MedicationStatement"] + kinds["MedicationRequest"] + kinds["MedicationAdministration"]
    left = row.entries - row.mapped - row.silent
    counts = [row.documents, row.entries, row.mapped, row.silent, left, kinds["Condition"], medicines]
    counts += [kinds["AllergyIntolerance"], kinds["Encounter"], kinds["CareTeam"]]
    return [name, *(f"{number:,}" for number in counts)]


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _left(found: Tally) -> str:
    rows = [[name, str(count)] for name, count in sorted(found.left.items(), key=lambda one: (-one[1], one[0]))]
    return "## What is left, by template\n\n" + _table(["Template", "Statements"], rows)


def _silent(found: Tally) -> str:
    rows = [[reason, str(count)] for reason, count in sorted(found.silent.items(), key=lambda one: (-one[1], one[0]))]
    return "## Silent statements, by reason\n\n" + _table(["Reason", "Statements"], rows)


def _agreements() -> str:
    rows = []
    for one in agreements():
        reasons = {f"`{path}`: {explained(one.name, path)}" for path, _ in one.differing}
        rows.append([one.name, f"{one.agreed} of {one.expected}", "; ".join(sorted(reasons)) or "agrees"])
    title = "## How we agree with ccda-to-fhir's expectations\n\n"
    told = "Each value of the 13 expected resources, and of the observations contained in them, against what we make of the\n"
    told += "same piece. Ids and references are not compared: ours are not contained resources.\n\n"
    return title + told + _table(["Expectation", "Values that agree", "Those that do not, and why"], rows)


def main() -> int:
    """Write the page, and say how fast it went."""
    found = tally()
    PAGE.write_text(page(found))
    count, seconds = (sum(getattr(row, name) for row in found.rows.values()) for name in ("documents", "seconds"))
    print(f"{PAGE.relative_to(ROOT)}: {count} samples, {count / seconds:.0f} a second")
    documents = [row for name, row in found.rows.items() if not name.endswith("pieces")]
    print(f"whole documents: {sum(r.documents for r in documents) / sum(r.seconds for r in documents):.0f} a second")
    return 0


if __name__ == "__main__":
    sys.exit(main())
