"""The clinicians, pharmacies, agencies and organisations of the demo, and which system lists which of them."""

from dataclasses import dataclass
from functools import lru_cache

from bluering.demo.fhir import NPI, TERMINOLOGY, concept, ref
from bluering.demo.systems import COUNTY, HEARTLAND, LAKESIDE, MAPLE, MEALS, SYSTEMS
from bluering.demo.writer import Writer


@dataclass(frozen=True)
class Doctor:
    id: str
    given: str
    family: str
    credential: str
    called: str
    specialty: str
    organization: str


DOCTORS = [
    Doctor("dr-busy", "Amir", "Busy", "MD", "Dr Busy", "Family medicine", "maple-street"),
    Doctor("dr-i-care", "Iris", "Care", "MD", "Dr I. Care", "Family medicine", "maple-street"),
    Doctor("dr-care", "Owen", "Care", "MD", "Dr Care", "Internal medicine", "maple-street"),
    Doctor("np-ortiz", "Pilar", "Ortiz", "NP", "NP Ortiz", "Family medicine", "maple-street"),
    Doctor("dr-nguyen", "Thu", "Nguyen", "DO", "Dr Nguyen", "Family medicine", "maple-street"),
    Doctor("pa-johansson", "Britt", "Johansson", "PA-C", "PA Johansson", "Family medicine", "maple-street"),
    Doctor("dr-amin", "Sana", "Amin", "MD", "Dr Amin", "Psychiatry", "maple-street"),
    Doctor("dr-love", "Samuel", "Love", "MD", "Dr Love", "Cardiology", "lakeside-group"),
    Doctor("dr-kidney", "Nora", "Kidney", "MD", "Dr Kidney", "Nephrology", "lakeside-group"),
    Doctor("dr-breath", "Tobias", "Lund", "MD", "Dr Lund", "Pulmonology", "lakeside-group"),
    Doctor("dr-gut", "Maya", "Feld", "MD", "Dr Feld", "Gastroenterology", "lakeside-group"),
    Doctor("dr-sugar", "Ravi", "Menon", "MD", "Dr Menon", "Endocrinology", "lakeside-group"),
    Doctor("dr-bone", "Hal", "Castor", "MD", "Dr Castor", "Orthopaedics", "fairhaven-bone"),
    Doctor("pt-hands", "Dee", "Marsh", "PT", "Dee Marsh, PT", "Physical therapy", "fairhaven-pt"),
    Doctor("lp-north", "Celia", "North", "PhD", "Dr North", "Psychology", "northside-counseling"),
    Doctor("od-view", "Ken", "Ito", "OD", "Dr Ito", "Optometry", "clear-view-eye"),
    Doctor("dr-stay", "Lena", "Hollis", "MD", "Dr Hollis", "Hospital medicine", "county-general"),
    Doctor("dr-night", "Jonas", "Reyes", "MD", "Dr Reyes", "Emergency medicine", "county-general"),
    Doctor("dr-pain", "Vera", "Sund", "MD", "Dr Sund", "Pain medicine", "lakeside-group"),
]
BY_ID = {d.id: d for d in DOCTORS}

ORGANIZATIONS = {
    "maple-street": ("Maple Street Family Medicine", "prov", "Fairhaven"),
    "county-general": ("County General Hospital", "prov", "Fairhaven"),
    "st-luke": ("St Luke Hospital", "prov", "St. Olga"),
    "lakeside-group": ("Lakeside Specialty Group", "prov", "Lakeside"),
    "heartland": ("Heartland Health Plan", "pay", "St. Olga"),
    "meals-together": ("Meals Together", "cg", "Fairhaven"),
    "riverside-pharmacy": ("Riverside Pharmacy", "prov", "Fairhaven"),
    "lakeside-pharmacy": ("Lakeside Specialty Pharmacy", "prov", "Lakeside"),
    "county-pharmacy": ("County General Outpatient Pharmacy", "prov", "Fairhaven"),
    "fairhaven-bone": ("Fairhaven Bone and Joint", "prov", "Fairhaven"),
    "fairhaven-pt": ("Fairhaven Physical Therapy", "prov", "Fairhaven"),
    "northside-counseling": ("Northside Counseling", "prov", "Millbrook"),
    "clear-view-eye": ("Clear View Eye Clinic", "prov", "Millbrook"),
    "fairhaven-imaging": ("Fairhaven Imaging Center", "prov", "Fairhaven"),
    "millbrook-rehab": ("Millbrook Rehabilitation and Care Center", "prov", "Millbrook"),
}
TYPE_NAMES = {"prov": "Healthcare Provider", "pay": "Payer", "cg": "Community Group"}

EVERYBODY = [d.id for d in DOCTORS]
LISTED = {
    MAPLE: (EVERYBODY, list(ORGANIZATIONS)),
    COUNTY: (
        ["dr-stay", "dr-night", "dr-busy", "dr-love", "dr-kidney"],
        ["county-general", "county-pharmacy", "maple-street", "lakeside-group", "millbrook-rehab", "st-luke"],
    ),
    LAKESIDE: (
        [d.id for d in DOCTORS if d.organization == "lakeside-group"],
        ["lakeside-group", "lakeside-pharmacy", "maple-street"],
    ),
    HEARTLAND: ([], list(ORGANIZATIONS)),
    MEALS: ([], ["meals-together", "maple-street"]),
}


def display(doctor: str) -> str:
    return BY_ID[doctor].called


@lru_cache(maxsize=64)
def doctor_ref(doctor: str) -> dict:
    return ref("Practitioner", doctor, BY_ID[doctor].called)


@lru_cache(maxsize=64)
def organization_ref(key: str) -> dict:
    return ref("Organization", key, ORGANIZATIONS[key][0])


def write_directory(writer: Writer) -> None:
    """Everything the systems know before any person comes."""
    for source, (doctors, organizations) in LISTED.items():
        for key in organizations:
            writer.put(source, organization_resource(key))
        for key in doctors:
            writer.put(source, practitioner_resource(BY_ID[key]))
            writer.put(source, role_resource(source, BY_ID[key], organizations))
        writer.put(source, location_resource(source))


def npi_of(doctor: str) -> str:
    """The number of a clinician."""
    return npi(EVERYBODY.index(doctor))


def organization_npi(key: str) -> str:
    """An organization's number."""
    return npi(800 + list(ORGANIZATIONS).index(key))


def organization_resource(key: str) -> dict:
    name, kind, town = ORGANIZATIONS[key]
    number = list(ORGANIZATIONS).index(key)
    return {
        "resourceType": "Organization",
        "id": key,
        "identifier": [{"system": NPI, "value": organization_npi(key)}],
        "active": True,
        "type": [concept((TERMINOLOGY + "organization-type", kind, TYPE_NAMES[kind]))],
        "name": name,
        "telecom": [{"system": "phone", "value": f"(320) 555-01{number:02d}"}],
        "address": [{"city": town, "state": "MN", "country": "US"}],
    }


def practitioner_resource(doctor: Doctor) -> dict:
    return {
        "resourceType": "Practitioner",
        "id": doctor.id,
        "identifier": [{"system": NPI, "value": npi_of(doctor.id)}],
        "active": True,
        "name": [
            {
                "text": f"{doctor.given} {doctor.family}, {doctor.credential}",
                "family": doctor.family,
                "given": [doctor.given],
                "suffix": [doctor.credential],
            }
        ],
    }


def role_resource(source: str, doctor: Doctor, organizations: list[str]) -> dict:
    made = {
        "resourceType": "PractitionerRole",
        "id": f"role-{doctor.id}",
        "active": True,
        "practitioner": ref("Practitioner", doctor.id, doctor.called),
        "specialty": [{"text": doctor.specialty}],
        "telecom": [{"system": "phone", "value": f"(320) 555-02{EVERYBODY.index(doctor.id):02d}"}],
    }
    if doctor.organization in organizations:
        made["organization"] = ref("Organization", doctor.organization, ORGANIZATIONS[doctor.organization][0])
    return made


def location_resource(source: str) -> dict:
    system = SYSTEMS[source]
    return {
        "resourceType": "Location",
        "id": "main",
        "status": "active",
        "name": system.title,
        "managingOrganization": ref("Organization", system.organization, system.title),
    }


def npi(number: int) -> str:
    """A number that passes the check digit and lies at the end of the range, where none is given out."""
    base = f"19999{number:04d}"
    digits = [int(d) for d in reversed("80840" + base)]
    total = sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
    return base + str(-total % 10)
