"""Who works at the practice of the demo and may log in."""

from dataclasses import dataclass

from bluering.demo.directory import BY_ID
from bluering.demo.profile import CLINICIANS


@dataclass(frozen=True)
class StaffMember:
    """`practitioner_id` is the clinician's id in the practice's own records, "" for everybody else."""

    username: str
    name: str
    role: str
    credential: str = ""
    practitioner_id: str = ""


COORDINATORS = (
    StaffMember("dana", "Dana Ruiz", "coordinator", "RN"),
    StaffMember("marcus", "Marcus Bell", "coordinator", "LSW"),
    StaffMember("pang", "Pang Vue", "coordinator", "CHW"),
    StaffMember("teresa", "Teresa Holm", "coordinator", "MA"),
)
ADMINISTRATOR = StaffMember("ruth", "Ruth Keller", "administrator")
DATA_STEWARD = StaffMember("wen", "Wen Zhao", "data_steward")


def staff() -> list[StaffMember]:
    """Coordinators, then clinicians, then the administrator and the data steward."""
    return [*COORDINATORS, *(_clinician(id) for id in CLINICIANS), ADMINISTRATOR, DATA_STEWARD]


def _clinician(id: str) -> StaffMember:
    doctor = BY_ID[id]
    username = id.removeprefix("dr-").removeprefix("np-").removeprefix("pa-")
    return StaffMember(username, f"{doctor.given} {doctor.family}", "clinician", doctor.credential, id)


BY_USERNAME = {member.username: member for member in staff()}
