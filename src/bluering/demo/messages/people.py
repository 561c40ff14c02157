"""A person as a system registers them: PID; at the hospital also NK1 and IN1."""

from bluering.demo.clock import Clock
from bluering.demo.messages.segments import joined, segment, stamp
from bluering.demo.names import LANGUAGE_NAMES
from bluering.demo.profile import Profile
from bluering.demo.systems import COUNTY, MAPLE, MEMBER, SYSTEMS, patient_resource
from bluering.demo.timeline.caregivers import caregiver_of

# As rules/sources/county-general.yaml and maple-schedule.yaml know them.
AUTHORITIES = {SYSTEMS[COUNTY].mrn_system: "CGMRN", SYSTEMS[MAPLE].mrn_system: "MAPLE", MEMBER: "HHP"}
KIN = {"child": ("CHD", "Child"), "spouse": ("SPO", "Spouse"), "parent": ("PAR", "Parent")}
PLAN = "Heartland Health Plan"


def registration(person: Profile, clock: Clock) -> list[str]:
    """The hospital's segments that say who somebody is, whom to call, and who pays."""
    insurance = _insurance(person, patient_resource(COUNTY, person, clock))
    return [pid(person, COUNTY, clock), *_next_of_kin(person), *insurance]


def pid(person: Profile, source: str, clock: Clock) -> str:
    """Who somebody is, as a system has them, with its own mistakes."""
    told = patient_resource(source, person, clock)
    name = told["name"][0]
    return segment(
        "PID",
        {
            1: "1",
            3: "~".join(_number(one) for one in told["identifier"] if one["system"] in AUTHORITIES),
            5: joined(name["family"], name["given"][0], " ".join(name["given"][1:]), "", "", "", "L"),
            7: stamp(told["birthDate"]),
            8: told["gender"][0].upper(),
            11: _address(told["address"][0]),
            13: _telephone(told.get("telecom", [])),
            15: joined(person.language, LANGUAGE_NAMES[person.language], "HL70296"),
        },
    )


def _number(identifier: dict) -> str:
    authority, kind = AUTHORITIES[identifier["system"]], identifier["type"]["coding"][0]["code"]
    return joined(identifier["value"], "", "", authority, kind)


def _address(told: dict) -> str:
    line, other = [*told.get("line", ()), "", ""][:2]
    kind = "BA" if told["use"] == "old" else "H"
    return joined(line, other, told["city"], told["state"], told["postalCode"], told["country"], kind)


def _telephone(told: list[dict]) -> str:
    return "~".join(_reached(one) for one in told)


def _reached(told: dict) -> str:
    if told["system"] == "email":
        return joined("", "NET", "Internet", told["value"])
    return joined(told["value"], "PRN", "CP" if told["use"] == "mobile" else "PH")


def _next_of_kin(person: Profile) -> list[str]:
    """The caregiver, where there is one; nobody's story depends on what the hospital's clerk wrote."""
    if not person.caregiver or person.key:
        return []
    carer = caregiver_of(person, person.stream("care"))
    fields = {1: "1", 2: joined(carer.family, carer.given), 3: joined(*KIN[carer.kind], "HL70063")}
    if carer.phone:
        fields[5] = joined(carer.phone, "PRN", "PH")
    return [segment("NK1", fields | {7: joined("C", "Emergency contact", "HL70131")})]


def _insurance(person: Profile, told: dict) -> list[str]:
    """The plan, where its card was asked for."""
    if not any(one["system"] == MEMBER for one in told["identifier"]):
        return []
    plan = {1: "1", 2: joined("HHP", PLAN), 3: "HHP", 4: PLAN, 17: "SEL", 36: person.member_id}
    return [segment("IN1", plan)]
