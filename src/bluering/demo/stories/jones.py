"""Mrs Jones: healthy, one physical a year; last year's sent her to a therapist and found her cholesterol. All closed."""

from bluering.demo.facts.appointments import appoint
from bluering.demo.facts.documents import document, imaging_report
from bluering.demo.facts.measurements import measure
from bluering.demo.facts.referrals import refer
from bluering.demo.fhir import ICD10, concept
from bluering.demo.scribe import Scribe
from bluering.demo.stories.tell import comes_in, problems, seen, takes
from bluering.demo.systems import MAPLE
from bluering.demo.timeline.prevention import give

ANKLE = concept((ICD10, "M25.571", "Pain in right ankle and joints of right foot"))
ANKLE_XRAY = {"text": "X-ray of the right ankle"}
PHYSICAL = -358


def write(scribe: Scribe) -> None:
    """Three physicals, the tests and the therapist after the last one, and today's."""
    problems(scribe)
    seen(scribe, -1088, "", (122, 76), 68.2, kind="check-up", cholesterol=221, triglycerides=148, ldl=138, phq2=0)
    seen(scribe, -723, "", (124, 78), 68.9, kind="check-up", cholesterol=228, triglycerides=155, ldl=141, phq2=0)
    encounter = seen(scribe, PHYSICAL, "", (122, 76), 69.1, kind="check-up", phq2=0)
    day = scribe.clock.opening_day(PHYSICAL)
    for what, value in (("cholesterol", 262), ("triglycerides", 198), ("ldl", 176)):
        measure(scribe, MAPLE, day + 1, (8, 0), what, value, encounter)
    imaging_report(scribe, MAPLE, day + 1, ANKLE_XRAY, "maple-street", "No fracture. Old sprain.")
    takes(scribe, "atorvastatin", 20, day + 2, filled=-41)
    _therapist(scribe, day + 2)
    seen(scribe, -255, "hyperlipidaemia", (120, 76), kind="follow-up", cholesterol=184, ldl=98)
    give(scribe, "flu", -48)
    give(scribe, "tdap", -723)
    comes_in(scribe, 0, (10, 0), "Annual physical")


def _therapist(scribe: Scribe, day: int) -> None:
    """She called herself; the note came back."""
    referral = refer(scribe, scribe.clock.opening_day(day), "dr-i-care", "pt-hands", ANKLE, "completed")
    met = scribe.clock.next_opening_day(day + 8)
    appoint(scribe, MAPLE, met, (15, 0), "fulfilled", "pt-hands", "Physical therapy", referral, 45)
    words = "Six visits. Full range of motion, no pain on stairs. Discharged with exercises."
    document(scribe, MAPLE, scribe.clock.opening_day(met + 42), "consult", "pt-hands", words, related=referral)
