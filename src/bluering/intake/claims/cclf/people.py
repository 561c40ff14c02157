"""Under which id a beneficiary is known, whatever file tells of them; macros.sql has the same as `person_id_of`."""

import hashlib

MBI_SYSTEM = "http://hl7.org/fhir/sid/us-mbi"


def person_id_of(mbi: str) -> str:
    """The Patient id of a Medicare Beneficiary Identifier, which itself stands in no address."""
    return "b-" + hashlib.sha256(f"mbi|{mbi}".encode()).hexdigest()[:40]
