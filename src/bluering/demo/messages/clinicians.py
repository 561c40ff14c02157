"""XCN: clinicians as messages name them."""

from bluering.demo.directory import BY_ID, EVERYBODY, npi
from bluering.demo.messages.segments import joined


def clinician(id: str) -> str:
    """The national number, and the name as it is said: `Dr I. Care` is a title, what stands before the family name, and that."""
    title, *given, family = BY_ID[id].called.split(" ")
    return joined(npi(EVERYBODY.index(id)), family, " ".join(given), "", "", title, "", "", "", "", "", "", "NPI")
