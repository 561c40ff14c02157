"""IN1: insurance as Coverages."""

from bluering.intake.hl7v2.adt.parts import Listed
from bluering.intake.hl7v2.datatypes import concept, period
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.reading import Resource

CLASSES = "http://terminology.hl7.org/CodeSystem/coverage-class"
RELATIONSHIPS = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
# HL7 v2.8 table 0063 to FHIR's subscriber-relationship; 18, 01, 19 are X12's, which registration systems send too.
RELATION_OF = {
    "SEL": "self",
    "18": "self",
    "SPO": "spouse",
    "01": "spouse",
    "CHD": "child",
    "19": "child",
    "PAR": "parent",
}


class Coverages(Listed):
    """The insurances of IN1. One that a later list leaves out is cancelled."""

    def __init__(self, thread: str, sender):
        super().__init__(thread, sender, names=("IN1",))

    def key(self, segment: Segment) -> str:
        payor = segment[3] or segment[4] or segment.get(2)
        return f"{payor}/{segment[36] or segment[49]}" if payor else ""

    def resources(self) -> list[Resource]:
        """One Coverage for each payor and policy."""
        return [self._one(key, segment) for key, segment in sorted(self.last.items())]

    def _one(self, key: str, segment: Segment) -> Resource:
        made: Resource = {"resourceType": "Coverage", "id": self.id_of("coverage", key)}
        made["status"] = "active" if key in self.current else "cancelled"
        kind = concept(next(iter(segment.reps(15)), None), self.sender, "IN1-15", table="0086")
        more = {
            "type": kind,
            "subscriberId": segment[49] or segment[36],
            "beneficiary": self.patient(),
            "relationship": _relationship(self.sender.standard("IN1-17", segment[17])),
            "period": period(segment[12], segment[13], self.sender),
            "payor": [{"display": segment[4] or segment.get(2, 2) or segment.get(2) or segment[3]}],
            "class": _classes(segment),
        }
        made |= {name: value for name, value in more.items() if value}
        order = segment[22] or segment[1]
        return {**made, "order": int(order)} if order in {str(n) for n in range(1, 20)} else made


def _relationship(code: str) -> dict | None:
    if not code:
        return None
    return {"coding": [{"system": RELATIONSHIPS, "code": RELATION_OF.get(code.upper(), "other")}], "text": code}


def _classes(segment: Segment) -> list[dict]:
    """Group IN1-8 and 9, plan IN1-2."""
    told = [("group", segment[8], segment[9]), ("plan", segment.get(2), segment.get(2, 2))]
    return [
        {"type": {"coding": [{"system": CLASSES, "code": kind}]}, "value": value, **({"name": name} if name else {})}
        for kind, value, name in told
        if value
    ]
