"""AL1 and IAM: allergies as AllergyIntolerances. A list that leaves one out does not take it back; IAM-6 D does."""

from bluering.intake.hl7v2.adt.parts import Listed
from bluering.intake.hl7v2.datatypes import concept, moment
from bluering.intake.hl7v2.segment import Segment
from bluering.intake.reading import Resource

SYSTEM = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"
# HL7 v2.8 tables 0127, 0128, 0436, 0438.
CATEGORIES = {"DA": "medication", "FA": "food", "EA": "environment", "AA": "environment", "PA": "environment"}
CATEGORIES |= {"LA": "environment"}
CRITICALITY = {"SV": "high", "MI": "low", "U": "unable-to-assess"}
SEVERITY = {"SV": "severe", "MO": "moderate", "MI": "mild"}
TYPES = {"AL": "allergy", "IN": "intolerance"}
VERIFICATION = {"U": "unconfirmed", "P": "unconfirmed", "S": "unconfirmed", "D": "unconfirmed"}
VERIFICATION |= {"C": "confirmed", "I": "confirmed", "E": "entered-in-error"}
DELETED = "D"


class Allergies(Listed):
    """The allergies of AL1 and IAM, by what they are to."""

    def __init__(self, thread: str, sender):
        super().__init__(thread, sender, names=("AL1", "IAM"))

    def key(self, segment: Segment) -> str:
        code = segment.get(3) or segment.get(3, 2)
        return code.casefold()

    def resources(self) -> list[Resource]:
        """One AllergyIntolerance for each substance."""
        return [self._one(key, segment) for key, segment in sorted(self.last.items())]

    def _one(self, key: str, segment: Segment) -> Resource:
        sender, detailed = self.sender, segment.name == "IAM"
        made: Resource = {"resourceType": "AllergyIntolerance", "id": self.id_of("allergy", key)}
        verified = VERIFICATION.get(segment[17], "") if detailed else ""
        gone = detailed and (segment[6] == DELETED or segment[17] == "I")
        if verified != "entered-in-error":
            made["clinicalStatus"] = _coded("clinical", "inactive" if gone else "active")
        if verified:
            made["verificationStatus"] = _coded("verification", verified)
        category = CATEGORIES.get(sender.standard("AL1-2", segment[2]))
        severity = sender.standard("AL1-4", segment[4])
        onset, noted = (segment[11], segment[13]) if detailed else ("", segment[6])
        more = {
            "type": TYPES.get(segment[9]) if detailed else None,
            "category": [category] if category else None,
            "criticality": CRITICALITY.get(severity),
            "code": concept(next(iter(segment.reps(3)), None), sender, "AL1-3"),
            "patient": self.patient(),
            "onsetDateTime": moment(onset, sender),
            "recordedDate": moment(noted, sender),
            "reaction": self._reactions(segment, severity),
        }
        return {**made, **{name: value for name, value in more.items() if value}}

    def _reactions(self, segment: Segment, severity: str) -> list[dict]:
        """AL1-5 is text, IAM-5 text too; repetitions are reactions of one allergy."""
        words = [text for rep in segment.reps(5)[:10] if (text := rep.get(2) or rep.get(1))]
        more = {"severity": SEVERITY[severity]} if severity in SEVERITY else {}
        return [{"manifestation": [{"text": text}], **more} for text in words]


def _coded(kind: str, code: str) -> dict:
    return {"coding": [{"system": SYSTEM + kind, "code": code}]}
