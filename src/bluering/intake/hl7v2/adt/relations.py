"""NK1: next of kin, emergency contacts, caregivers, as RelatedPersons."""

from bluering.intake.hl7v2.adt.demographics import GENDERS
from bluering.intake.hl7v2.adt.parts import Listed
from bluering.intake.hl7v2.datatypes import address, concept, contact_point, day, human_name, identifier, period
from bluering.intake.hl7v2.segment import Repetition, Segment
from bluering.intake.reading import Resource

# HL7 v2.8 table 0063; senders often send the code alone.
WORDS = {
    "ASC": "Associate",
    "BRO": "Brother",
    "CGV": "Care giver",
    "CHD": "Child",
    "DEP": "Handicapped dependent",
    "DOM": "Life partner",
    "EMC": "Emergency contact",
    "EME": "Employee",
    "EMR": "Employer",
    "EXF": "Extended family",
    "FCH": "Foster child",
    "FND": "Friend",
    "FTH": "Father",
    "GCH": "Grandchild",
    "GRD": "Guardian",
    "GRP": "Grandparent",
    "MGR": "Manager",
    "MTH": "Mother",
    "NCH": "Natural child",
    "OAD": "Other adult",
    "OTH": "Other",
    "PAR": "Parent",
    "SCH": "Stepchild",
    "SEL": "Self",
    "SIB": "Sibling",
    "SIS": "Sister",
    "SPO": "Spouse",
    "TRA": "Trainer",
    "UNK": "Unknown",
    "WRD": "Ward of court",
}


class Relations(Listed):
    """The persons of NK1. One whom a later list leaves out is no longer active."""

    def __init__(self, thread: str, sender):
        super().__init__(thread, sender, names=("NK1",))

    def key(self, segment: Segment) -> str:
        name = "/".join(segment.get(2, part).casefold() for part in (1, 2))
        return name if name != "/" else ""

    def resources(self) -> list[Resource]:
        """One RelatedPerson for each name."""
        return [self._one(key, segment) for key, segment in sorted(self.last.items())]

    def _one(self, key: str, segment: Segment) -> Resource:
        sender = self.sender
        names = [one for rep in segment.reps(2)[:5] if (one := human_name(rep, sender))]
        telecom = [*_points(segment, 5, "home"), *_points(segment, 40, ""), *_points(segment, 6, "work")]
        made = {
            "identifier": [one for rep in segment.reps(33)[:5] if (one := identifier(rep, sender))],
            "relationship": self._relationship(segment),
            "name": names,
            "telecom": [one for n, one in enumerate(telecom) if one not in telecom[:n]],
            "gender": GENDERS.get(segment[15][:1].upper(), ""),
            "birthDate": day(segment[16]),
            "address": [one for rep in segment.reps(4)[:5] if (one := address(rep, sender))],
            "period": period(segment[8], segment[9], sender),
        }
        head = {"resourceType": "RelatedPerson", "id": self.id_of("related", key), "active": key in self.current}
        return {**head, "patient": self.patient(), **{name: value for name, value in made.items() if value}}

    def _relationship(self, segment: Segment) -> list[dict]:
        """NK1-3, and the role in NK1-7 (emergency contact ...)."""
        reps = [(next(iter(segment.reps(place)), None), place, table) for place, table in ((3, "0063"), (7, "0131"))]
        return [one for rep, place, table in reps if (one := self._words(rep, f"NK1-{place}", table))]

    def _words(self, rep: Repetition | None, place: str, table: str) -> dict | None:
        made = concept(rep, self.sender, place, table=table)
        if made and rep is not None and table == "0063" and not rep.get(2):
            made["text"] = WORDS.get(self.sender.standard(place, rep.get(1)).upper(), made.get("text", ""))
        return made


def _points(segment: Segment, place: int, use: str) -> list[dict]:
    return [one for rep in segment.reps(place)[:5] if (one := contact_point(rep, use))]
