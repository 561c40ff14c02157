"""Which FHIR ids the intake gives to the hospital's patients and visits, so that its results and letters can name them."""

from bluering.demo.messages.segments import joined, message, segment
from bluering.demo.profile import Profile
from bluering.demo.systems import COUNTY, identifiers
from bluering.intake.hl7v2 import mappers  # noqa: F401  the kinds of things that messages speak of
from bluering.intake.hl7v2.keys import patient_of, visit_of
from bluering.intake.hl7v2.message import Message
from bluering.intake.hl7v2.sender import load_sender


def visit_id(told: bytes) -> str:
    """The id of the Encounter that a message is about."""
    return visit_of(Message.parse(told), load_sender(COUNTY)).partition("/")[2]


def hospital_patient(person: Profile) -> str:
    """The id of the Patient that the hospital's messages about this person make."""
    number = joined(identifiers(COUNTY, person)[0]["value"], "", "", "CGMRN", "MR")
    told = message("ADT^A28", "PAS|COUNTY GENERAL", "", "", [segment("PID", {3: number})])
    return patient_of(Message.parse(told), load_sender(COUNTY)).partition("/")[2]
