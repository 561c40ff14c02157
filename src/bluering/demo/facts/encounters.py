"""Visits, stays and emergency visits as Encounters."""

from bluering.demo.directory import doctor_ref, organization_ref
from bluering.demo.fhir import ICD10, SNOMED, TERMINOLOGY, concept, encounter_class, ref
from bluering.demo.scribe import Scribe
from bluering.demo.systems import COUNTY, SYSTEMS

CLASSES = {code: encounter_class(code) for code in ("AMB", "EMER", "IMP", "OBSENC", "VR", "HH")}
KINDS = {
    "office": concept((SNOMED, "308335008", "Patient encounter procedure"), text="Office visit"),
    "check-up": concept((SNOMED, "185349003", "Encounter for check up"), text="Annual physical"),
    "follow-up": concept((SNOMED, "390906007", "Follow-up encounter"), text="Follow-up visit"),
    "telephone": concept((SNOMED, "185317003", "Telephone encounter"), text="Telephone visit"),
    "specialist": concept((SNOMED, "11429006", "Consultation"), text="Specialist visit"),
    "stay": concept((SNOMED, "32485007", "Hospital admission"), text="Hospital stay"),
    "emergency": concept((SNOMED, "50849002", "Emergency room admission"), text="Emergency visit"),
}
DISPOSITIONS = {
    "home": "Home",
    "snf": "Skilled nursing facility",
    "rehab": "Rehabilitation",
    "hosp": "Hospice",
    "exp": "Expired",
}
CAUSES = {
    "heart_failure": ("I50.9", "Heart failure, unspecified"),
    "copd": ("J44.1", "Chronic obstructive pulmonary disease with (acute) exacerbation"),
    "diabetes": ("E11.65", "Type 2 diabetes mellitus with hyperglycemia"),
    "pneumonia": ("J18.9", "Pneumonia, unspecified organism"),
    "urine": ("N39.0", "Urinary tract infection, site not specified"),
    "chest_pain": ("R07.9", "Chest pain, unspecified"),
    "fall": ("W19.XXXA", "Unspecified fall, initial encounter"),
    "hip": ("S72.001A", "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture"),
    "fibrillation": ("I48.91", "Unspecified atrial fibrillation"),
    "asthma": ("J45.901", "Unspecified asthma with (acute) exacerbation"),
    "cut": ("S61.419A", "Laceration without foreign body of unspecified hand, initial encounter"),
    "belly": ("R10.9", "Unspecified abdominal pain"),
    "mood": ("F33.2", "Major depressive disorder, recurrent severe without psychotic features"),
}
CAUSE_CONCEPTS = {key: concept((ICD10, *pair)) for key, pair in CAUSES.items()}
DISPOSITION_CONCEPTS = {
    code: concept((TERMINOLOGY + "discharge-disposition", code, words)) for code, words in DISPOSITIONS.items()
}


def visit(
    scribe: Scribe, source: str, day: int, at: tuple[int, int], doctor: str, kind: str = "office",
    reason: dict | None = None, code: str = "AMB", appointment: str = "",
) -> str:  # fmt: skip
    """A finished visit of twenty minutes with one clinician; returns its id."""
    hour, minute = at
    end = hour * 60 + minute + 20
    fields = {
        "status": "finished",
        "class": CLASSES[code],
        "type": [KINDS[kind]],
        "participant": [{"individual": doctor_ref(doctor)}],
        "period": {"start": scribe.clock.at(day, hour, minute), "end": scribe.clock.at(day, end // 60, end % 60)},
        "serviceProvider": organization_ref(SYSTEMS[source].organization),
    }
    if reason:
        fields["reasonCode"] = [reason]
    if appointment:
        fields["appointment"] = [ref("Appointment", appointment)]
    return scribe.put(source, "Encounter", fields)


def stay(
    scribe: Scribe, admitted: int, discharged: int, cause: str, disposition: str = "home",
    place: str = "county-general", code: str = "IMP", source: str = COUNTY, hours: tuple[int, int] = (15, 11),
) -> str:  # fmt: skip
    """A stay that has ended, from the afternoon of one day to the morning of another."""
    clock = scribe.clock
    return scribe.put(
        source,
        "Encounter",
        {
            "status": "finished",
            "class": CLASSES[code],
            "type": [KINDS["stay"]],
            "participant": [{"individual": doctor_ref("dr-stay")}],
            "period": {"start": clock.at(admitted, hours[0], 20), "end": clock.at(discharged, hours[1], 10)},
            "reasonCode": [CAUSE_CONCEPTS[cause]],
            "hospitalization": {"dischargeDisposition": DISPOSITION_CONCEPTS[disposition]},
            "serviceProvider": organization_ref(place),
        },
    )


def emergency(
    scribe: Scribe, day: int, hour: int, cause: str, place: str = "county-general", admitted: bool = False
) -> str:
    """An emergency visit of three hours that ended at home or, when `admitted`, on a ward."""
    clock = scribe.clock
    fields = {
        "status": "finished",
        "class": CLASSES["EMER"],
        "type": [KINDS["emergency"]],
        "participant": [{"individual": doctor_ref("dr-night")}],
        "period": {"start": clock.at(day, hour, 5), "end": clock.at(day, hour + 3, 15)},
        "reasonCode": [CAUSE_CONCEPTS[cause]],
        "serviceProvider": organization_ref(place),
    }
    if not admitted:
        fields["hospitalization"] = {"dischargeDisposition": DISPOSITION_CONCEPTS["home"]}
    return scribe.put(COUNTY, "Encounter", fields)
