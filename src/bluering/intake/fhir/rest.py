"""One patient's data by FHIR's REST: `Patient/$everything` where it is offered, else a search for each type by patient.

Which types, and what a search needs besides the patient, is from US Core's CapabilityStatement for servers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson

from bluering.errors import BadInput
from bluering.intake.fhir.bulk.answers import document, refuse
from bluering.intake.fhir.bulk.errors import Gone
from bluering.intake.fhir.bulk.server import Server

TYPES = (
    "AllergyIntolerance", "Appointment", "CarePlan", "CareTeam", "Condition", "Coverage", "Device", "DiagnosticReport",
    "DocumentReference", "Encounter", "FamilyMemberHistory", "Goal", "Immunization", "MedicationDispense",
    "MedicationRequest", "Observation", "Procedure", "QuestionnaireResponse", "RelatedPerson", "ServiceRequest",
)  # fmt: skip
# A server may refuse a search by patient alone for these; with the parameter it must answer (US Core, SHALL).
NEEDED = {
    "CarePlan": {"category": "assess-plan"},
    "CareTeam": {"status": "proposed,active,suspended,inactive,entered-in-error"},
    "MedicationRequest": {
        "intent": "proposal,plan,order,original-order,reflex-order,filler-order,instance-order,option"
    },
    "Observation": {"category": "laboratory,vital-signs,social-history,survey,imaging,procedure,exam,therapy,activity"},
}
PAGE, MOST_PAGES = 200, 500
Patiently = Callable[[Callable[[], Any]], Any]


@dataclass(frozen=True)
class Piece:
    """One answer of the server: a resource or a Bundle page, as its bytes; or a note on what it did not give."""

    raw: bytes = b""
    note: str = ""


def fetch_patient(server: Server, patient_id: str, patiently: Patiently) -> Iterator[Piece]:
    """Everything the server gives about one of its patients.

    `patiently` calls a function that may raise Later and decides how long to try. What is refused for one type is a note, and the others
    are fetched all the same. Raises BadInput when the patient is not there or we may not read.
    """
    offered = capabilities(
        patiently(lambda: server.resource(f"{server.base_url}/metadata", matter="does not say what it offers"))
    )
    patient = f"{server.base_url}/Patient/{patient_id}"
    yield Piece(patiently(lambda: _bytes(server, patient, {})))
    if "$everything" in offered.get("Patient", set()):
        yield from _pages(server, f"{patient}/$everything", {"_count": str(PAGE)}, patiently)
        return
    for resource_type in TYPES:
        if "patient" in offered.get(resource_type, set()):
            yield from _search(server, resource_type, patient_id, patiently)


def capabilities(statement: dict[str, Any]) -> dict[str, set[str]]:
    """Type → the names of its search parameters and operations (`$everything`), as a CapabilityStatement says."""
    found: dict[str, set[str]] = {}
    for rest in _objects(statement.get("rest")):
        for one in _objects(rest.get("resource")):
            names = {str(p.get("name")) for p in _objects(one.get("searchParam"))}
            names |= {"$" + str(o.get("name")).removeprefix("$") for o in _objects(one.get("operation"))}
            found.setdefault(str(one.get("type")), set()).update(names)
    return found


def _objects(value: Any) -> list[dict]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _search(server: Server, resource_type: str, patient_id: str, patiently: Patiently) -> Iterator[Piece]:
    """All pages of one type. A search by patient alone that is refused is tried once more with what US Core requires."""
    url = f"{server.base_url}/{resource_type}"
    plain = {"patient": patient_id, "_count": str(PAGE)}
    tries = [plain, plain | NEEDED[resource_type]] if resource_type in NEEDED else [plain]
    for number, parameters in enumerate(tries, 1):
        try:
            yield from _pages(server, url, parameters, patiently)
            return
        except (BadInput, Gone) as problem:
            if number == len(tries):
                yield Piece(note=f"{resource_type}: {problem}")


def _pages(server: Server, url: str, parameters: dict[str, str], patiently: Patiently) -> Iterator[Piece]:
    """Bundle pages, along their `next` links."""
    seen: set[str] = set()
    while url and url not in seen and len(seen) < MOST_PAGES:
        seen.add(url)
        asked, given = url, parameters
        raw = patiently(lambda: _bytes(server, asked, given))  # noqa: B023, called at once
        yield Piece(raw)
        url, parameters = _next(server, url, raw), {}


def _bytes(server: Server, url: str, parameters: dict[str, str]) -> bytes:
    answer = server.ask(url, params=parameters or None)
    if answer.status_code != 200:
        refuse(answer, "does not give what we asked for")
    document(answer)
    return answer.content


def _next(server: Server, url: str, raw: bytes) -> str:
    """The next page's address; only on the same server, as our token goes along."""
    page = orjson.loads(raw)
    told = [one.get("url") for one in _objects(page.get("link")) if one.get("relation") == "next"]
    if not told or not isinstance(told[0], str):
        return ""
    following = urljoin(url, told[0])
    if urlsplit(following).netloc != urlsplit(server.base_url).netloc:
        raise BadInput(f"{server.host}: the next page lies on another server. Ask the server's operator.")
    return following
