"""What machines may ask of us, said truthfully: the CapabilityStatement, and nothing more than it names."""

from django.http import HttpRequest, HttpResponse

from bluering import __version__
from bluering.api.doors import open_door
from bluering.api.outcomes import outcome, resource

SAID_ON = "2026-11-23"
PROCESS_MESSAGE = "http://hl7.org/fhir/OperationDefinition/MessageHeader-process-message"
RECEIVER = "http://hl7.org/fhir/us/davinci-alerts/CapabilityStatement/notification-receiver"


@open_door
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement (FHIR R4), open to everybody as FHIR asks."""
    if request.method not in ("GET", "HEAD"):
        return outcome(405, "The CapabilityStatement is read with GET.", headers={"Allow": "GET"})
    return resource(capabilities(request.build_absolute_uri("/fhir")))


@open_door
def not_offered(request: HttpRequest) -> HttpResponse:
    """Any other FHIR address."""
    return outcome(404, "This is not offered here. GET /fhir/metadata says what is.")


def capabilities(address: str) -> dict:
    """What stands at this address."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": SAID_ON,
        "kind": "instance",
        "software": {"name": "Bluering", "version": __version__},
        "implementation": {"description": "Bluering, care coordination: receives notifications", "url": address},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "instantiates": [RECEIVER],
        "rest": [
            {
                "mode": "server",
                "documentation": "FHIR messages are kept before they are acknowledged, and read afterwards. No resource can be "
                "read, searched or written here.",
                "security": {
                    "description": "A bearer token of the sending source, in the header Authorization. "
                    "An unauthorized request is answered with 401."
                },
                "operation": [{"name": "process-message", "definition": PROCESS_MESSAGE}],
            }
        ],
    }
