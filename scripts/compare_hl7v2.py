"""Compare our FHIR of HL7 v2 samples with what another converter makes of them: `python scripts/compare_hl7v2.py [--show FAMILY]`.

The samples and the FHIR beside them are Microsoft's FHIR-Converter's (MIT), under `fhir-converter/hl7v2` of BLUERING_SHARED.
Writes docs/reference/hl7v2.md; with --show only prints the values of one family that differ.
"""

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hl7v2_page import page, unexplained

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("BLUERING_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SAMPLES = SHARED / "data/fhir-converter/hl7v2"
PAGE = ROOT / "docs/reference/hl7v2.md"
TITLES = frozenset(["dr", "dr.", "mr", "mr.", "mrs", "mrs.", "ms", "jr", "jr.", "iii", "iv", "md", "phd"])


@dataclass
class Told:
    """The resources of one message, ours or theirs."""

    resources: list[dict] = field(default_factory=list)

    def all(self, kind: str) -> list[dict]:
        """The resources of a type."""
        return [one for one in self.resources if one["resourceType"] == kind]

    def meant(self, reference: dict | None) -> dict:
        """The resource a reference means; what it says itself where that is not there."""
        key = (reference or {}).get("reference", "")
        return next((o for o in self.resources if f"{o['resourceType']}/{o.get('id')}" == key), reference or {})


@dataclass
class Counts:
    """How many values of a family agree. `differ` counts pairs of values that stand against each other in one message."""

    matched: int = 0
    differ: int = 0
    ours_only: int = 0
    theirs_only: int = 0

    def add(self, ours: set[str], theirs: set[str], *, parts_match: bool = False) -> None:
        """Count the values of one message; with `parts_match` two are the same when one holds all words of the other."""
        if parts_match:
            for one in sorted(ours):
                found = next((b for b in sorted(theirs - ours) if is_part(one, b) or is_part(b, one)), one)
                theirs = (theirs - {found}) | {one} if found in theirs else theirs
        mine, other = len(ours - theirs), len(theirs - ours)
        self.matched += len(ours & theirs)
        self.differ += min(mine, other)
        self.ours_only += max(mine - other, 0)
        self.theirs_only += max(other - mine, 0)


def is_part(one: str, other: str) -> bool:
    """Whether all words of one stand in the other."""
    return set(one.split()) <= set(other.split())


def words(text: str) -> str:
    """A name without titles, in any order."""
    return " ".join(sorted(one for one in text.lower().replace(",", " ").split() if one not in TITLES))


def who(told: Told, reference: dict | None) -> str:
    """The name of the person or place that a reference means."""
    found = told.meant(reference)
    if found.get("resourceType") == "PractitionerRole":
        found = told.meant(found.get("practitioner") or found.get("organization"))
    name = found.get("name")
    if isinstance(name, list) and name:
        return words(" ".join([*name[0].get("given", []), name[0].get("family", "")]))
    return words(name if isinstance(name, str) else found.get("display", ""))


def place(told: Told, reference: dict | None) -> str:
    """A place with all that it is part of."""
    names, at = [], told.meant(reference)
    while at and len(names) < 9:
        names.append(at.get("name") or at.get("display") or "")
        at = told.meant(at.get("partOf")) if at.get("partOf") else {}
    return words(" ".join(names))


def moment(text: str | None) -> str:
    """An instant in UTC; days as they are."""
    if not text or len(text) <= 10:
        return text or ""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).isoformat()


def codes(concept: dict | None) -> list[str]:
    """The first code of a CodeableConcept, or its text."""
    coding = next(iter((concept or {}).get("coding", [])), {})
    return [coding.get("code") or (concept or {}).get("text", "")]


def value(one: dict) -> Iterator[str]:
    """The value of an Observation, or those of its components."""
    for part in [one, *one.get("component", [])]:
        if "valueQuantity" in part:
            quantity = part["valueQuantity"]
            yield f"{quantity.get('comparator', '')}{quantity.get('value')} {quantity.get('unit', '')}".strip()
        elif "valueCodeableConcept" in part:
            yield from codes(part["valueCodeableConcept"])
        else:
            yield from (str(part[name]) for name in part if name.startswith("value"))


def named(told: Told, one: dict) -> list[str]:
    return [words(" ".join([*name.get("given", []), name.get("family", "")])) for name in one.get("name", [])]


def numbers(told: Told, one: dict) -> list[str]:
    return [str(identifier.get("value", "")) for identifier in one.get("identifier", [])]


def plain(name: str) -> Callable[[Told, dict], list[str]]:
    return lambda told, one: [str(one.get(name, ""))]


def at(*path: str) -> Callable[[Told, dict], list[str]]:
    """A moment at the end of a path."""

    def find(told: Told, one: dict) -> list[str]:
        found: object = one
        for name in path:
            found = found.get(name, {}) if isinstance(found, dict) else {}
        return [moment(found)] if isinstance(found, str) else []

    return find


def coded(*names: str) -> Callable[[Told, dict], list[str]]:
    """The code of the first of these elements that is there."""

    def find(told: Told, one: dict) -> list[str]:
        found = next((one[name] for name in names if name in one), None)
        return codes(found[0] if isinstance(found, list) and found else found if isinstance(found, dict) else None)

    return find


def medicine(told: Told, one: dict) -> list[str]:
    concept = one.get("medicationCodeableConcept") or told.meant(one.get("medicationReference")).get("code")
    return codes(concept)


def people(told: Told, one: dict) -> list[str]:
    return [who(told, part.get("individual") or part.get("actor")) for part in one.get("participant", [])]


def attendees(told: Told, one: dict) -> list[str]:
    """Those who take part beside the patient; places by their parts."""
    actors = [part.get("actor", {}) for part in one.get("participant", [])]
    others = [actor for actor in actors if not actor.get("reference", "").startswith("Patient/")]
    return [place(told, actor) if "Location/" in actor.get("reference", "") else who(told, actor) for actor in others]


WHOLE_AND_PART = {("Encounter", "location"), ("Appointment", "participant")}
"""Places: we name unit, room and bed as one place, they name each and what it is part of."""
Family = Callable[[Told, dict], Iterable[str]]
FAMILIES: dict[tuple[str, str], Family] = {
    ("Patient", "name"): named,
    ("Patient", "identifier"): numbers,
    ("Patient", "birthDate"): plain("birthDate"),
    ("Patient", "gender"): plain("gender"),
    ("Patient", "address"): lambda told, one: [
        words(" ".join([*a.get("line", []), a.get("city", ""), a.get("state", ""), a.get("postalCode", "")]))
        for a in one.get("address", [])
    ],
    ("Patient", "telecom"): lambda told, one: [t.get("value", "") for t in one.get("telecom", [])],
    ("Encounter", "class"): lambda told, one: [one.get("class", {}).get("code", "")],
    ("Encounter", "status"): plain("status"),
    ("Encounter", "period.start"): at("period", "start"),
    ("Encounter", "period.end"): at("period", "end"),
    ("Encounter", "participant"): people,
    ("Encounter", "location"): lambda told, one: [place(told, p.get("location")) for p in one.get("location", [])],
    ("Appointment", "status"): plain("status"),
    ("Appointment", "start"): at("start"),
    ("Appointment", "end"): at("end"),
    ("Appointment", "participant"): attendees,
    ("Appointment", "identifier"): numbers,
    ("ServiceRequest", "code"): coded("code"),
    ("ServiceRequest", "status"): plain("status"),
    ("ServiceRequest", "identifier"): numbers,
    ("ServiceRequest", "authoredOn"): at("authoredOn"),
    ("ServiceRequest", "requester"): lambda told, one: [who(told, one.get("requester"))],
    ("DiagnosticReport", "code"): coded("code"),
    ("DiagnosticReport", "status"): plain("status"),
    ("DiagnosticReport", "issued"): at("issued"),
    ("Observation", "code"): coded("code"),
    ("Observation", "value"): lambda told, one: value(one),
    ("Observation", "status"): plain("status"),
    ("Observation", "effectiveDateTime"): at("effectiveDateTime"),
    ("DocumentReference", "masterIdentifier"): lambda told, one: [one.get("masterIdentifier", {}).get("value", "")],
    ("DocumentReference", "type"): lambda told, one: [c.get("code", "") for c in one.get("type", {}).get("coding", [])],
    ("DocumentReference", "status"): plain("status"),
    ("DocumentReference", "docStatus"): plain("docStatus"),
    ("Immunization", "vaccineCode"): coded("vaccineCode"),
    ("Immunization", "occurrenceDateTime"): at("occurrenceDateTime"),
    ("Immunization", "status"): plain("status"),
    ("MedicationRequest", "medication"): medicine,
    ("MedicationRequest", "status"): plain("status"),
    ("MedicationDispense", "medication"): medicine,
    ("MedicationDispense", "quantity"): lambda told, one: [str(one.get("quantity", {}).get("value", ""))],
    ("Condition", "code"): coded("code"),
    ("AllergyIntolerance", "code"): coded("code"),
    ("RelatedPerson", "name"): named,
    ("Coverage", "type"): coded("type"),
}


def pairs() -> Iterator[tuple[str, Told, Told]]:
    """Each sample that has FHIR beside it: its name, ours, theirs."""
    from bluering.intake.hl7v2.fold import fold
    from bluering.intake.hl7v2.message import Message
    from bluering.intake.hl7v2.sender import load_sender
    from bluering.intake.hl7v2.split import split
    from bluering.intake.hl7v2.threads import threads_of

    sender = load_sender("sample")
    expected = {path.name.removesuffix("-expected.json"): path for path in SAMPLES.glob("expected-fhir/*/*.json")}
    for path in sorted((SAMPLES / "input").iterdir()):
        if path.stem not in expected:
            continue
        messages = [Message.parse(piece.raw) for piece in split(path.read_bytes())]
        threads = {thread: None for message in messages for thread in threads_of(message, sender)}
        ours = [one for thread in threads for one in fold(thread, messages, sender).resources]
        theirs = [entry["resource"] for entry in json.loads(expected[path.stem].read_text())["entry"]]
        if threads:
            yield path.stem, Told(list({(o["resourceType"], o["id"]): o for o in ours}.values())), Told(theirs)


def measure(show: str = "") -> dict[tuple[str, str], Counts]:
    """How far each family agrees over all samples. `show` prints what differs of one, such as Patient.name."""
    counted = {family: Counts() for family in FAMILIES}
    for name, ours, theirs in pairs():
        for (kind, element), find in FAMILIES.items():
            if not (ours.all(kind) and theirs.all(kind)):
                continue
            mine, other = (
                {text for one in told.all(kind) for text in find(told, one) if text} for told in (ours, theirs)
            )
            counted[kind, element].add(mine, other, parts_match=(kind, element) in WHOLE_AND_PART)
            if show == f"{kind}.{element}" and mine != other:
                print(f"{name}\n  ours   {sorted(mine - other)}\n  theirs {sorted(other - mine)}")
    return counted


def prepare() -> None:
    """Django's settings, in a home of its own."""
    os.environ.setdefault("BLUERING_HOME", tempfile.mkdtemp(prefix="bluering-compare-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluering.settings")
    sys.path.insert(0, str(ROOT / "src"))
    import django

    django.setup()


def rows(counted: dict[tuple[str, str], Counts]) -> list[tuple[str, tuple[int, int, int, int]]]:
    """Family, and its four counts."""
    return [
        (f"{kind}.{name}", (c.matched, c.differ, c.ours_only, c.theirs_only)) for (kind, name), c in counted.items()
    ]


def main() -> None:
    """Measure, and print or write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", default="", help="a family such as Patient.name: print what differs")
    told = parser.parse_args()
    prepare()
    found = rows(measure(told.show))
    for name, counts in found:
        print(f"{name:32}" + "".join(f"{one:5}" for one in counts))
    if not told.show:
        PAGE.write_text(page(found, sum(1 for _ in pairs())), encoding="utf-8")
        print(f"{PAGE.relative_to(ROOT)}; without a reason: {', '.join(unexplained(found)) or 'none'}")


if __name__ == "__main__":
    main()
