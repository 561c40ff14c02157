"""HL7 v2 data types as FHIR R4 values. Each gives None when the field holds nothing that can be used.

Source of the shapes: HL7 v2.8 chapter 2A; of the mapping: HL7's v2-to-FHIR guide, where README.md does not say otherwise.
"""

from bluering.intake.hl7v2.datatypes.codes import coding, concept, facility_name, namespace_uri, system_uri
from bluering.intake.hl7v2.datatypes.numbers import number, quantity, structured_number
from bluering.intake.hl7v2.datatypes.people import address, contact_point, human_name, identifier
from bluering.intake.hl7v2.datatypes.places import location, location_name
from bluering.intake.hl7v2.datatypes.practitioners import practitioner, practitioner_reference
from bluering.intake.hl7v2.datatypes.times import day, instant, moment, period

__all__ = [
    "address",
    "coding",
    "concept",
    "contact_point",
    "day",
    "facility_name",
    "human_name",
    "identifier",
    "instant",
    "location",
    "location_name",
    "moment",
    "namespace_uri",
    "number",
    "period",
    "practitioner",
    "practitioner_reference",
    "quantity",
    "structured_number",
    "system_uri",
]
