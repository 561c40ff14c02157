"""Who is who in the demo, as only its maker knows: no file says it, and nothing that is loaded."""

from collections.abc import Iterator

from bluering.demo.cards import mbi_of, on_medicare
from bluering.demo.generate import SEED, people
from bluering.demo.kin import relatives
from bluering.demo.medicare import MEDICARE
from bluering.demo.messages.references import hospital_patient
from bluering.demo.profile import Profile
from bluering.demo.systems import COUNTY, SYSTEMS, patient_id
from bluering.intake.claims.cclf.people import person_id_of


def truth(persons: int, seed: int = SEED) -> dict[str, str]:
    """Subject key (source/patient id) → the person's own id, for every system that knows patients by ids of its own."""
    return dict(_told(persons, seed))


def _told(persons: int, seed: int) -> Iterator[tuple[str, str]]:
    for person in people(persons, seed):
        for one in (person, *relatives(person)):
            if on_medicare(one):
                yield f"{MEDICARE}/{person_id_of(mbi_of(one))}", one.id
            yield from ((f"{source}/{_id(source, one)}", one.id) for source in SYSTEMS)


def _id(source: str, person: Profile) -> str:
    return hospital_patient(person) if source == COUNTY else patient_id(source, person)
